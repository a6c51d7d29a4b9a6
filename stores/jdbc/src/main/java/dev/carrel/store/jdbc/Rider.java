package dev.carrel.store.jdbc;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * An operation on nothing but the values of one session's state, which can share its statements with those of other sessions:
 * a {@link Ride}. Alone it does the same.
 */
interface Rider<T extends @Nullable Object> extends Database.Operation<T> {
    /** Whether it may: one that touches more, or is large, goes alone. */
    boolean rides();

    /** The id of its session. */
    String session();

    /** The keys that it goes by. */
    Set<String> keys();

    /**
     * Finds out what it comes to, and notes in the end what there is to write. What it throws refuses it, and nothing is noted.
     *
     * @param seat its session, locked, with what those keys hold
     */
    T run(Seat seat);
}
