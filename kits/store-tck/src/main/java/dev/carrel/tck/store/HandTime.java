package dev.carrel.tck.store;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

import dev.carrel.time.TimeSource;

/** A clock that moves when the test says so. Thread-safe. */
public final class HandTime implements TimeSource {
    private final Instant start = Instant.parse("2026-11-20T10:00:00.000000001Z");
    private final AtomicReference<Duration> passed = new AtomicReference<>(Duration.ZERO);

    /** A clock at a moment of its own. */
    public HandTime() {}

    /** Lets time pass. */
    public void pass(Duration time) {
        passed.accumulateAndGet(time, Duration::plus);
    }

    @Override
    public Instant now() {
        return start.plus(passed.get());
    }

    @Override
    public long nanoTime() {
        return passed.get().toNanos();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        throw new UnsupportedOperationException("a store sets no timers");
    }
}
