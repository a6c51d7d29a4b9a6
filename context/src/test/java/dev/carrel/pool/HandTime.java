package dev.carrel.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import dev.carrel.time.TimeSource;

/** Time that passes when a test says so; what is due runs on the test's thread. */
final class HandTime implements TimeSource {
    private record Due(long at, Runnable task) {}

    private final Instant start = Instant.parse("2026-11-20T10:00:00Z");
    private final List<Due> waiting = new ArrayList<>();
    private long now;

    void pass(Duration time) {
        List<Due> due;
        synchronized (this) {
            now += time.toNanos();
            due = waiting.stream().filter(each -> each.at <= now).sorted(Comparator.comparingLong(Due::at)).toList();
            waiting.removeAll(due);
        }
        due.forEach(each -> each.task.run());
    }

    @Override
    public synchronized Instant now() {
        return start.plusNanos(now);
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        var due = new Due(now + delay.toNanos(), task);
        waiting.add(due);
        return () -> {
            synchronized (this) {
                waiting.remove(due);
            }
        };
    }
}
