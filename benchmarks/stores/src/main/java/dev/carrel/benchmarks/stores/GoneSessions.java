package dev.carrel.benchmarks.stores;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What heap is left of sessions that have come, counted, had a turn and gone: at once, while it must be known that they have
 * ended, and a month later.
 */
final class GoneSessions {
    static final String HEAD = """
            | store | sessions that came and went | left of each, bytes | a month later | heap before, MiB | after \
            | a month later |
            |---|--:|--:|--:|--:|--:|--:|""";
    private static final Duration MONTH = Duration.ofDays(32);

    private GoneSessions() {}

    /** With a {@link Kind} and the number of sessions. */
    public static void main(String[] args) throws Exception {
        Kind kind = Kind.of(List.of(args));
        int sessions = Integer.parseInt(args[2]);
        var time = new LaterTime();
        try (var bench = new Bench(kind, time)) {
            ManySessions.warmUp(bench);
            long before = ManySessions.usedHeap(bench, sessions);
            ManySessions.each(sessions, i -> ManySessions.comesAndGoes(bench.begin(i)));
            long after = ManySessions.usedHeap(bench, sessions);
            time.skip(MONTH);
            while (bench.store().sweep() > 0) {
                // Each call is bounded.
            }
            long later = ManySessions.usedHeap(bench, sessions);
            System.out.printf(Locale.ROOT, "| %s | %,d | %,d | %,d | %.1f | %.1f | %.1f |%n", kind.name(), sessions,
                    (after - before) / sessions, (later - before) / sessions, before / ManySessions.MIB,
                    after / ManySessions.MIB, later / ManySessions.MIB);
        }
    }
}
