package dev.carrel.context;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The bindings on the other side of a boundary.
 *
 * @param slots empty if nothing is left
 * @param bits the boundaries at which some value that is left does something else than to be shared
 * @param changes what became of those that were not shared
 */
@SuppressWarnings("ArrayRecordComponent") // taken apart at once, and never compared
record Crossed(@Nullable Binding<?>[] slots, int bits, List<String> changes) {
    private static final @Nullable Binding<?>[] NONE = new Binding<?>[0];

    static Crossed of(@Nullable Binding<?>[] slots, Boundary boundary) {
        @Nullable
        Binding<?>[] copy = new Binding<?>[slots.length];
        List<String> changes = new ArrayList<>();
        boolean empty = true;
        int bits = 0;
        for (int i = 0; i < copy.length; i++) {
            Binding<?> binding = slots[i];
            Binding<?> other = binding == null ? null : cross(binding, boundary, changes);
            if (other != null) {
                empty = false;
                copy[i] = other;
                bits |= other.key().bits();
            }
        }
        return new Crossed(empty ? NONE : copy, bits, changes);
    }

    private static <T> @Nullable Binding<T> cross(Binding<T> binding, Boundary boundary, List<String> changes) {
        Crossing<T> crossing = binding.key().crossing(boundary);
        if (!crossing.isShare()) {
            changes.add(binding.key().name() + ": " + crossing);
        }
        Binding<T> other = crossing.apply(binding, boundary);
        // What has ended already stays so: work that was left behind revives nothing by detaching itself.
        boolean outlives = !binding.life().ended()
                && (boundary == Boundary.DETACHED || boundary == Boundary.SCHEDULED);
        return other != null && outlives && binding.key().kind().compareTo(Kind.SESSION) > 0
                ? other.unbounded()
                : other;
    }
}
