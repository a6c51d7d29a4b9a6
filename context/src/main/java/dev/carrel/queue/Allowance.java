package dev.carrel.queue;

import java.util.concurrent.ConcurrentHashMap;

/**
 * How many of something each of many may have at once: connections of a user, say. Remembers only who has any. Thread-safe.
 *
 * @param <K> whom it counts for, by {@code equals}
 */
public final class Allowance<K> {
    private final ConcurrentHashMap<K, Integer> had = new ConcurrentHashMap<>();
    private final int most;

    /**
     * Of at most so many each.
     *
     * @throws IllegalArgumentException if that is less than 1
     */
    public Allowance(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("each must be allowed at least 1, not " + most);
        }
        this.most = most;
    }

    /** Takes one more, to be {@linkplain #giveBack given back}; false, and nothing to give back, if it has as many as it may. */
    public boolean take(K who) {
        if (had.merge(who, 1, Integer::sum) > most) {
            giveBack(who);
            return false;
        }
        return true;
    }

    /** Gives one back that was taken. */
    public void giveBack(K who) {
        had.computeIfPresent(who, (same, count) -> count == 1 ? null : count - 1);
    }
}
