package dev.carrel.tck.context;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import dev.carrel.context.Context;
import dev.carrel.context.Principal;

/**
 * Whose values are read in a context, by what they belong to. Two are equal when every canary, the principal and being
 * the root are.
 *
 * @param whose the user's name by kind of value; without those that are not bound
 */
record Seen(boolean root, Map<String, String> whose) {
    static Seen of(Context context) {
        Map<String, String> whose = new LinkedHashMap<>();
        Principal.of(context).ifPresent(principal -> whose.put("principal", principal.user()));
        Asker.CANARIES.forEach((kind, key) -> {
            context.find(key).ifPresent(value -> whose.put(kind.toString(), value));
        });
        return new Seen(context.isRoot(), whose);
    }

    /** Here, now. */
    static Seen now() {
        return of(Context.current());
    }

    /** {@code alice}, {@code nobody}, or value by value where they are of several or not all there. */
    @Override
    public String toString() {
        if (whose.isEmpty()) {
            return root ? "nobody (the root)" : "nobody";
        }
        Set<String> names = new TreeSet<>(whose.values());
        boolean all = whose.size() == Asker.CANARIES.size() + 1;
        return all && names.size() == 1 ? names.iterator().next() : "a mixture " + whose;
    }
}
