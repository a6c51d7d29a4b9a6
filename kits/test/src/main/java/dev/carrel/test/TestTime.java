package dev.carrel.test;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.PriorityQueue;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.time.TimeSource;

/**
 * Clocks and timers that move when the test says so. A timer that comes due runs on the thread that lets time pass, in the
 * root context, at its own moment and in the order of these moments. Thread-safe.
 */
public final class TestTime implements TimeSource {
    private static final class Alarm {
        final long at;
        final long number;
        final Runnable task;

        Alarm(long at, long number, Runnable task) {
            this.at = at;
            this.number = number;
            this.task = task;
        }
    }

    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(
            Comparator.<Alarm>comparingLong(alarm -> alarm.at).thenComparingLong(alarm -> alarm.number));
    private Instant wall;
    private long nanos;
    private long numbers;

    private TestTime(Instant start) {
        this.wall = start;
    }

    /** Clocks that stand at a moment with a fraction of a second that many a store cannot keep. */
    public static TestTime start() {
        return at(Instant.parse("2026-11-20T10:00:00.000000001Z"));
    }

    /** Clocks that stand at this moment. */
    public static TestTime at(Instant start) {
        return new TestTime(Objects.requireNonNull(start, "start"));
    }

    /**
     * Lets time pass on both clocks and runs what comes due. What a timer sets in turn counts from that timer's moment.
     *
     * @throws IllegalArgumentException if {@code time} is negative: only a wall clock goes back, by {@link #jump}
     */
    public void pass(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("time passes forwards, not by " + time + "; a wall clock may jump()");
        }
        long end;
        synchronized (this) {
            end = nanos + time.toNanos();
        }
        Alarm due;
        while ((due = next(end)) != null) {
            Context.root().run(due.task);
        }
    }

    /** The next that is due until then, with the clocks at its moment; null if there is none, with the clocks at the end. */
    private synchronized @Nullable Alarm next(long end) {
        Alarm first = alarms.peek();
        boolean due = first != null && first.at - end <= 0;
        long to = due && first != null ? first.at : end;
        if (to > nanos) {
            wall = wall.plusNanos(to - nanos);
            nanos = to;
        }
        return due ? alarms.poll() : null;
    }

    /** Sets the wall clock forwards or back, as an operator does; no timer notices. */
    public synchronized void jump(Duration by) {
        wall = wall.plus(by);
    }

    /** How many timers are set and have neither run nor been called off. */
    public synchronized int timers() {
        return alarms.size();
    }

    @Override
    public synchronized Instant now() {
        return wall;
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        var alarm = new Alarm(nanos + Math.max(0, delay.toNanos()), numbers++, Objects.requireNonNull(task, "task"));
        alarms.add(alarm);
        return () -> {
            synchronized (TestTime.this) {
                alarms.remove(alarm);
            }
        };
    }
}
