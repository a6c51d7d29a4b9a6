package dev.carrel.context;

import java.util.Objects;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * What happens to a key's value at a {@link Boundary}. A copy is made at the moment of capture, on the thread that
 * captures, so the two sides never touch one object. There is one copy
 * for each time that work is handed over: a wrapped function that is called several times sees the same one. Immutable and thread-safe.
 */
public final class Crossing<T> {
    private static final Crossing<?> SHARE = new Crossing<>("share", null);
    private static final Crossing<?> CLEAR = new Crossing<>("clear", null);
    private static final Crossing<?> REFUSE = new Crossing<>("refuse", null);

    private final String name;
    private final @Nullable UnaryOperator<T> copy;

    private Crossing(String name, @Nullable UnaryOperator<T> copy) {
        this.name = name;
        this.copy = copy;
    }

    /** The other side sees the same object: right for immutable values. */
    @SuppressWarnings("unchecked")
    public static <T> Crossing<T> share() {
        return (Crossing<T>) SHARE;
    }

    /** The other side sees what {@code copy} makes of the value; it must not answer null. */
    public static <T> Crossing<T> copy(UnaryOperator<T> copy) {
        return new Crossing<>("copy", Objects.requireNonNull(copy, "copy"));
    }

    /** The other side sees nothing, or the key's default. */
    @SuppressWarnings("unchecked")
    public static <T> Crossing<T> clear() {
        return (Crossing<T>) CLEAR;
    }

    /** Work that holds such a value cannot be handed over here: an IllegalStateException, with the key's name. */
    @SuppressWarnings("unchecked")
    public static <T> Crossing<T> refuse() {
        return (Crossing<T>) REFUSE;
    }

    boolean isShare() {
        return this == SHARE;
    }

    /**
     * The binding on the other side; null if there is none.
     *
     * @throws IllegalStateException if the value must not cross
     */
    @Nullable
    Binding<T> apply(Binding<T> binding, Boundary boundary) {
        if (this == SHARE) {
            return binding;
        }
        if (this == CLEAR) {
            return null;
        }
        if (copy == null) {
            throw new IllegalStateException("\"" + binding.key().name() + "\" is bound and must not cross the "
                    + boundary
                    + " boundary: hand the work over from where it is not bound, or declare another crossing "
                    + "for this key (ContextKey.builder)");
        }
        return binding.withValue(Objects.requireNonNull(copy.apply(binding.value()),
                () -> "the copy of \"" + binding.key().name() + "\" for the " + boundary + " boundary is null"));
    }

    /** {@code share}, {@code copy}, {@code clear} or {@code refuse}. */
    @Override
    public String toString() {
        return name;
    }
}
