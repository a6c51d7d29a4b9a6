package dev.carrel.time;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** All three clocks, driven by the test. Timers run on the thread that lets time pass. Thread-safe. */
public final class ManualTime implements TimeSource {
    /** Compared by identity: the same task may be set twice for one moment. */
    private static final class Alarm {
        final long at;
        final Runnable task;

        Alarm(long at, Runnable task) {
            this.at = at;
            this.task = task;
        }
    }

    private final Instant start;
    private final long origin;
    private final List<Alarm> timers = new ArrayList<>();
    private long passed;

    public ManualTime() {
        this(Instant.parse("2026-11-20T10:00:00Z"), 0);
    }

    /** @param origin what the monotonic clock shows at first */
    public ManualTime(Instant start, long origin) {
        this.start = start;
        this.origin = origin;
    }

    /** Lets time pass, and runs what comes due on the way, in order. */
    public void pass(Duration duration) {
        long until;
        synchronized (this) {
            until = passed + duration.toNanos();
        }
        for (Optional<Alarm> next = due(until); next.isPresent(); next = due(until)) {
            next.get().task.run();
        }
        synchronized (this) {
            passed = until;
        }
    }

    private synchronized Optional<Alarm> due(long until) {
        Optional<Alarm> next = timers.stream().filter(timer -> timer.at <= until)
                .min(Comparator.comparingLong(timer -> timer.at));
        next.ifPresent(timer -> {
            timers.remove(timer);
            passed = Math.max(passed, timer.at);
        });
        return next;
    }

    /** How many timers are set and have neither run nor been called off. */
    public synchronized int waiting() {
        return timers.size();
    }

    @Override
    public synchronized Instant now() {
        return start.plusNanos(passed);
    }

    @Override
    public synchronized long nanoTime() {
        return origin + passed;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        var timer = new Alarm(passed + delay.toNanos(), task);
        timers.add(timer);
        return () -> {
            synchronized (this) {
                timers.remove(timer);
            }
        };
    }
}
