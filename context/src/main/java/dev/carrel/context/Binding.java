package dev.carrel.context;

/**
 * A value in a context.
 *
 * @param life how long it may be read
 * @param by what bound it: an authority's name, or how it came here
 */
record Binding<T>(ContextKey<T> key, T value, Lifetime life, String by) {
    Binding<T> withValue(T other) {
        return new Binding<>(key, other, life, by);
    }

    /** The same value, which nothing ends: what detached work keeps of the turn that started it. */
    Binding<T> unbounded() {
        return life == Lifetime.UNBOUNDED ? this : new Binding<>(key, value, Lifetime.UNBOUNDED, by);
    }
}
