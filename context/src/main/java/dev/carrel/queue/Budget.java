package dev.carrel.queue;

import java.util.HashMap;
import java.util.Map;

/**
 * So much of something for many, each of whom may hold no more than is left for everybody else: one alone comes to half of it, and
 * whoever comes with little finds room beside any of them. Remembers only who holds any. Thread-safe.
 *
 * <p>Source: dynamic queue length thresholds as in Choudhury and Hahne (1998), with a factor of one.
 *
 * @param <K> who holds it, by {@code equals}
 */
public final class Budget<K> {
    private final long most;
    private final Map<K, Long> held = new HashMap<>();
    private long all;

    /**
     * Of so much.
     *
     * @throws IllegalArgumentException if that is less than 1
     */
    public Budget(long most) {
        if (most < 1) {
            throw new IllegalArgumentException("a budget must be at least 1, not " + most);
        }
        this.most = most;
    }

    /** Takes so much more, to be {@linkplain #giveBack given back}; false, and nothing to give back, if that is too much. */
    public synchronized boolean take(K who, long amount) {
        long own = held.getOrDefault(who, 0L);
        if (!fits(own, all, amount, most)) {
            return false;
        }
        held.put(who, own + amount);
        all += amount;
        return true;
    }

    /** Whether who holds so much may have so much more: no more than is then left of it all. */
    static boolean fits(long own, long all, long more, long most) {
        return own + more <= most - all - more;
    }

    /** Gives back what was taken. */
    public synchronized void giveBack(K who, long amount) {
        held.computeIfPresent(who, (same, own) -> own == amount ? null : own - amount);
        all -= amount;
    }

    /** How much all hold together. */
    public synchronized long held() {
        return all;
    }
}
