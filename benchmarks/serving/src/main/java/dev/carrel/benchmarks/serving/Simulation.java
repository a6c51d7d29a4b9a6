package dev.carrel.benchmarks.serving;

import java.util.ArrayList;
import java.util.List;

import dev.carrel.benchmarks.Latencies;

/**
 * One worker that runs batches of at most {@code most}, each for {@code fixed + each * size} nanoseconds, simulated under a
 * policy that says when a batch begins. Event by event, without a clock.
 */
record Simulation(long fixed, long each, int most) {
    /** When to begin the next batch. */
    @FunctionalInterface
    private interface Policy {
        /**
         * @param free since when the worker is idle
         * @param first when the first of those that wait came, or will come
         * @param full when the one came, or will come, that makes the batch full
         */
        long begin(long free, long first, long full);
    }

    /** A policy's name and what came of it. */
    record Result(String policy, Latencies latencies) {}

    /** How long a batch of so many runs. */
    long runs(int size) {
        return fixed + each * size;
    }

    /** Requests a second that it can serve at most. */
    double capacity() {
        return most * 1e9 / runs(most);
    }

    /** A worker that is idle takes what waits. */
    Latencies onIdle(Arrivals arrivals) {
        return run(arrivals, (free, first, full) -> Math.max(free, first));
    }

    /** That, and what others do with a window of time. */
    List<Result> all(Arrivals arrivals) {
        long window = 10_000_000;
        long long100 = 100_000_000;
        List<Result> results = new ArrayList<>();
        results.add(new Result("on idle", onIdle(arrivals)));
        results.add(new Result("window of 10 ms from enqueue", run(arrivals,
                (free, first, full) -> Math.max(free, Math.min(first + window, full)))));
        results.add(new Result("10 ms from the loop's beginning (LitServe)", run(arrivals, (free, first, full) -> {
            // The window begins when the worker is idle, and again and again as long as nothing has come in it.
            long end = free + window * Math.max(1, Math.ceilDiv(first - free, window));
            return Math.min(end, Math.max(free, full));
        })));
        results.add(new Result("100 ms from dequeue (DJL's default)", run(arrivals,
                (free, first, full) -> Math.min(Math.max(free, first) + long100, Math.max(free, full)))));
        return results;
    }

    private Latencies run(Arrivals arrivals, Policy policy) {
        var latencies = new Latencies();
        int count = arrivals.count();
        long free = 0;
        int next = 0;
        while (next < count) {
            long full = next + most <= count ? arrivals.at(next + most - 1) : Long.MAX_VALUE;
            long begin = policy.begin(free, arrivals.at(next), full);
            int size = 0;
            while (size < most && next + size < count && arrivals.at(next + size) <= begin) {
                size++;
            }
            free = begin + runs(size);
            for (int i = next; i < next + size; i++) {
                latencies.add(free - arrivals.at(i));
            }
            next += size;
        }
        return latencies;
    }
}
