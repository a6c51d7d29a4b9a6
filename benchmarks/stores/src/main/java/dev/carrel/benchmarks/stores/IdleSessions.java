package dev.carrel.benchmarks.stores;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * What heap a session takes that nobody talks to, and whether sessions that have come and gone leave some behind. Used heap
 * after full collections, as a difference, divided by the sessions; nothing holds a session but the store.
 */
final class IdleSessions {
    static final String HEAD = """
            | store | sessions | idle, with a counter: bytes each | after a turn as well | gone: bytes that each left \
            | a month later | heap without any, MiB | with the idle ones | after as many that are gone | a month later |
            |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|""";
    private static final int AT_ONCE = 16;
    private static final int WARM = 2_000;
    private static final double MIB = 1 << 20;

    private IdleSessions() {}

    /** What is done with the i-th session. */
    @FunctionalInterface
    private interface Step {
        void take(int i) throws InterruptedException;
    }

    /** With a {@link Kind} and the number of sessions. */
    public static void main(String[] args) throws Exception {
        Kind kind = Kind.of(List.of(args));
        int sessions = Integer.parseInt(args[2]);
        long[] idle = idle(kind, sessions);
        long[] gone = gone(kind, sessions);
        System.out.printf(Locale.ROOT, "| %s | %,d | %,d | %,d | %,d | %,d | %.1f | %.1f | %.1f | %.1f |%n",
                kind.name(),
                sessions, (idle[1] - idle[0]) / sessions, (idle[2] - idle[0]) / sessions,
                (gone[1] - gone[0]) / sessions, (gone[2] - gone[0]) / sessions, idle[0] / MIB, idle[2] / MIB,
                gone[1] / MIB, gone[2] / MIB);
    }

    /** The heap in use without sessions, with those that have a counter, and when they have had a turn as well. */
    private static long[] idle(Kind kind, int sessions) throws Exception {
        try (var bench = new Bench(kind)) {
            each(WARM, i -> comesAndGoes(bench.begin(i)));
            var names = new Names(sessions);
            long empty = usedHeap();
            each(sessions, i -> {
                Conversation conversation = bench.begin(i);
                conversation.call();
                names.set(i, conversation.id());
            });
            long counting = usedHeap();
            each(sessions, i -> {
                try (Conversation conversation = bench.resume(i, names.get(i), 1)) {
                    conversation.turn();
                }
            });
            return new long[]{empty, counting, usedHeap()};
        }
    }

    /** The heap in use before sessions came, when they are gone, and when nothing needs to be known of them any more. */
    private static long[] gone(Kind kind, int sessions) throws Exception {
        var time = new LaterTime();
        try (var bench = new Bench(kind, time)) {
            each(WARM, i -> comesAndGoes(bench.begin(i)));
            long before = usedHeap();
            each(sessions, i -> comesAndGoes(bench.begin(i)));
            long after = usedHeap();
            time.skip(Duration.ofDays(32));
            while (bench.store().sweep() > 0) {
                // Each call is bounded.
            }
            return new long[]{before, after, usedHeap()};
        }
    }

    private static void comesAndGoes(Conversation conversation) throws InterruptedException {
        conversation.call();
        conversation.turn();
        conversation.delete();
    }

    /** Takes the step for each session, a few at once. */
    private static void each(int sessions, Step step) throws ExecutionException, InterruptedException {
        try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<?>> all = IntStream.range(0, AT_ONCE).<Future<?>>mapToObj(first -> workers.submit(() -> {
                for (int i = first; i < sessions; i += AT_ONCE) {
                    step.take(i);
                }
                return first;
            })).toList();
            for (Future<?> one : all) {
                one.get();
            }
        }
    }

    /** In bytes, once no collection takes more back. */
    private static long usedHeap() {
        long used = Long.MAX_VALUE;
        while (true) {
            System.gc();
            long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            if (now > used - (used >> 10)) {
                return now;
            }
            used = now;
        }
    }
}
