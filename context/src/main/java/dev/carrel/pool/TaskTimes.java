package dev.carrel.pool;

import java.time.Duration;

import dev.carrel.time.TimeSource;

/** When a task was submitted, began and ended, on the pool's clock. Thread-safe. */
final class TaskTimes {
    private final TimeSource time;
    private final long submitted;
    private volatile long begun;
    private volatile long ended;
    private volatile boolean hasBegun;

    TaskTimes(TimeSource time) {
        this.time = time;
        this.submitted = time.nanoTime();
    }

    void begins() {
        begun = time.nanoTime();
        hasBegun = true;
    }

    void ends() {
        ended = time.nanoTime();
    }

    boolean begun() {
        return hasBegun;
    }

    /** How long it was queued, once it has ended. */
    Duration queuedFor() {
        return Duration.ofNanos((hasBegun ? begun : ended) - submitted);
    }

    /** How long it ran, once it has ended. */
    Duration ranFor() {
        return hasBegun ? Duration.ofNanos(ended - begun) : Duration.ZERO;
    }

    /** How long ago it ended, for those whose thread has not noticed. */
    Duration sinceEnd() {
        return Duration.ofNanos(time.nanoTime() - ended);
    }
}
