package dev.carrel.benchmarks.stores;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** So many sessions that they show on the heap. */
final class ManySessions {
    static final double MIB = 1 << 20;
    private static final int AT_ONCE = 16;
    private static final int WARM = 2_000;
    /** The serial collector leaves what is dead at the beginning of the heap where it is, but for each fourth collection. */
    private static final int COLLECTIONS = 5;

    /** At how many sessions a node looks at least, for each that it uses, whether anything still holds them. */
    private static final int LOOKED_AT = 8;

    private ManySessions() {}

    /** What is done with the i-th session. */
    @FunctionalInterface
    interface Step {
        void take(int i) throws InterruptedException;
    }

    /** Lets some come and go, so that whatever is made once has been made. */
    static void warmUp(Bench bench) throws ExecutionException, InterruptedException {
        each(WARM, i -> comesAndGoes(bench.begin(i)));
    }

    /** All that a session does, to its end. */
    static void comesAndGoes(Conversation conversation) throws InterruptedException {
        conversation.call();
        conversation.turn();
        conversation.end();
    }

    /** Takes the step for each session, a few at once. */
    static void each(int sessions, Step step) throws ExecutionException, InterruptedException {
        try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<Integer>> all = IntStream.range(0, AT_ONCE).mapToObj(first -> workers.submit(() -> {
                for (int i = first; i < sessions; i += AT_ONCE) {
                    step.take(i);
                }
                return first;
            })).toList();
            for (Future<Integer> one : all) {
                one.get();
            }
        }
    }

    /**
     * The heap in use, in bytes, by live objects alone. Between the collections somebody uses another session, as often as it
     * takes until the node has looked at all that the collector has found.
     */
    static long usedHeap(Bench bench, int sessions) throws ExecutionException, InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
            if (i < COLLECTIONS / 2) {
                Conversation other = bench.other();
                each(sessions / LOOKED_AT, _ -> other.read());
            }
        }
        return least;
    }
}
