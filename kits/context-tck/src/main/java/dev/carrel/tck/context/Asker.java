package dev.carrel.tck.context;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

/**
 * A user who takes part in the tests: a principal and a canary value of each {@link Kind}. Immutable and thread-safe.
 */
public final class Asker {
    static final Map<Kind, ContextKey<String>> CANARIES = new EnumMap<>(Kind.class);

    /** What is not the root and nobody's. */
    static final ContextKey<String> NOBODYS = ContextKey.of("context-tck, nobody's", Kind.TASK);

    static {
        for (Kind kind : Kind.values()) {
            CANARIES.put(kind, ContextKey.of("context-tck canary of the " + kind, kind));
        }
    }

    /** Who hands the work over. */
    public static final Asker ALICE = new Asker("alice");
    /** Whose work it is in the middle of. */
    public static final Asker BOB = new Asker("bob");
    /** Who comes next. */
    public static final Asker CAROL = new Asker("carol");

    private final String name;
    private final Context context;

    private Asker(String name) {
        this.name = name;
        Authority authority = Authority.named("context-tck");
        Context mine = authority.bind(Context.root(),
                authority.user(name + "'s tenant", name, "The user " + name, Set.of()));
        for (ContextKey<String> key : CANARIES.values()) {
            mine = mine.with(key, name);
        }
        this.context = mine;
    }

    /** The context in which this user works. */
    public Context context() {
        return context;
    }

    @Override
    public String toString() {
        return name;
    }
}
