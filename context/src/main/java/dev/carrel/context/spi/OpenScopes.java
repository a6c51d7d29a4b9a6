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

    /** A block begins: hides what is open on this thread. Returns what {@link #blockEnds} must be given. */
    @Nullable
    Object blockBegins();

    /** The block has ended: what was left open in it is closed and reported, and what was hidden is open again. */
    void blockEnds(@Nullable Object hidden);
}
