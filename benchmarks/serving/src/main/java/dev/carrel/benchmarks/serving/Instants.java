package dev.carrel.benchmarks.serving;

import java.util.concurrent.locks.LockSupport;

/** Waiting for moments of {@link System#nanoTime}. */
final class Instants {
    /** By how much a thread that sleeps may come too late. */
    private static final long LATE = 150_000;

    private Instants() {}

    /** Sleeps until then, about 50 microseconds too long. */
    static void sleepUntil(long then) {
        for (long left = then - System.nanoTime(); left > 0; left = then - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Sleeps, and is awake for the last bit of the way: to the microsecond, unless the processor is taken away. */
    static void waitUntil(long then) {
        sleepUntil(then - LATE);
        while (then - System.nanoTime() > 0) {
            Thread.onSpinWait();
        }
    }
}
