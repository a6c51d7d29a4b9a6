package dev.carrel.benchmarks.stores;

import java.time.Duration;
import java.time.Instant;

import dev.carrel.time.TimeSource;

/** The machine's clocks, of which the wall clock can be put forward: what is kept for a month is past its time at once. */
final class LaterTime implements TimeSource {
    private final TimeSource system = TimeSource.system();
    private volatile Duration ahead = Duration.ZERO;

    void skip(Duration time) {
        ahead = ahead.plus(time);
    }

    @Override
    public Instant now() {
        return system.now().plus(ahead);
    }

    @Override
    public long nanoTime() {
        return system.nanoTime();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return system.after(delay, task);
    }
}
