package dev.carrel.time;

import java.time.Duration;
import java.time.Instant;

/**
 * The wall clock, a monotonic clock and a timer, in one place, so that a test can drive all three together.
 * Thread-safe. Dates come from {@link #now()}, durations only from {@link #nanoTime()}: a wall clock may jump.
 */
public interface TimeSource {
    /** The wall clock, in UTC. */
    Instant now();

    /** A monotonic clock in nanoseconds; only differences mean anything. */
    long nanoTime();

    /**
     * Runs {@code task} once, after {@code delay}, on a thread of the timer and in the root context. The task must be
     * short: hand longer work to an executor.
     */
    Timer after(Duration delay, Runnable task);

    /** A timer that was set and can be called off. */
    interface Timer {
        /** Calls it off if it has not begun. Harmless at any other moment. */
        void cancel();
    }

    /** The machine's own clocks. */
    static TimeSource system() {
        return SystemTime.INSTANCE;
    }
}
