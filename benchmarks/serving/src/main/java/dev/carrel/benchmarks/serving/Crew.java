package dev.carrel.benchmarks.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import dev.carrel.benchmarks.Latencies;
import dev.carrel.benchmarks.ServerProcess;

/**
 * Threads of this process that do the same over and over.
 *
 * @param threads how many
 * @param callers whether they are callers of something else that does the work, each on a virtual thread: then what counts is
 *        when all are answered. Else each does its own work on a platform thread, and their rates are added
 */
record Crew(int threads, boolean callers) {
    /** What one of them does over and over. */
    @FunctionalInterface
    interface Step {
        /** Does it, and says how many requests that were. */
        int run() throws Exception;
    }

    /** Makes what the i-th of them does. */
    @FunctionalInterface
    interface Steps {
        Step of(int i);
    }

    /**
     * What came of a window.
     *
     * @param steps how long each step took
     * @param cpu microseconds of the processor time of all of the process a request
     */
    record Measured(double perSecond, Latencies steps, double cpu) {}

    /** For so long; a step that throws ends the run. */
    Measured run(double seconds, Steps steps) throws InterruptedException {
        double cpu = cpuSeconds();
        long from = System.nanoTime();
        long end = from + (long) (seconds * 1e9);
        List<FutureTask<Member>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Step step = steps.of(i);
            var task = new FutureTask<>(() -> work(step, end));
            tasks.add(task);
            var unused = (callers ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(task);
        }
        long count = 0;
        double own = 0;
        var latencies = new Latencies();
        for (FutureTask<Member> task : tasks) {
            try {
                Member member = task.get();
                count += member.count;
                own += member.count / member.seconds;
                latencies.addAll(member.latencies);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
        double together = count / ((System.nanoTime() - from) / 1e9);
        return new Measured(callers ? together : own, latencies, 1e6 * (cpuSeconds() - cpu) / count);
    }

    private record Member(long count, double seconds, Latencies latencies) {}

    private static Member work(Step step, long end) throws Exception {
        var latencies = new Latencies();
        long count = 0;
        long from = System.nanoTime();
        long now = from;
        while (now - end < 0) {
            count += step.run();
            long then = System.nanoTime();
            latencies.add(then - now);
            now = then;
        }
        return new Member(count, (now - from) / 1e9, latencies);
    }

    private static double cpuSeconds() {
        return ServerProcess.cpuSeconds(ProcessHandle.current().pid());
    }
}
