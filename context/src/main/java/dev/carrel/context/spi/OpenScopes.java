package dev.carrel.context.spi;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;

/**
 * Contexts that are opened and closed by a pair of callbacks, for libraries that have no block to run. An open scope counts
 * from the moment it is opened until it is closed or another context is bound for a block: the innermost always holds. All
 * calls are made on the thread in question; implementations must be thread-safe.
 */
public interface OpenScopes {
    /** What is open on this thread within the innermost block; null if nothing is. */
    @Nullable
    Context current();

    /**
     * A block begins: hides what is open on this thread. Whoever opens a scope tells {@link BindingListeners} too.
     *
     * @return what {@link #blockEnds} must be given
     */
    @Nullable
    Object blockBegins();

    /**
     * The block has ended. What was left open in it is closed and reported, then {@code listeners} undone, then what was
     * hidden is open again: in this order, since each undo puts back what the one before it found. Must not throw.
     *
     * @param listeners undoes what the listeners did when the block began
     */
    void blockEnds(@Nullable Object hidden, BindingListener.Undo listeners);
}
