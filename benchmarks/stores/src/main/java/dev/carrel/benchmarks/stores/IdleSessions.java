package dev.carrel.benchmarks.stores;

import java.util.List;
import java.util.Locale;

/**
 * What heap a session takes that nobody talks to: one that has counted once, and one that has had a turn as well. Nothing holds
 * it but the store.
 */
final class IdleSessions {
    static final String HEAD = """
            | store | idle sessions | with a counter: bytes each | after a turn as well | heap without any, MiB | with them |
            |---|--:|--:|--:|--:|--:|""";

    private IdleSessions() {}

    /** With a {@link Kind} and the number of sessions. */
    public static void main(String[] args) throws Exception {
        Kind kind = Kind.of(List.of(args));
        int sessions = Integer.parseInt(args[2]);
        try (var bench = new Bench(kind)) {
            ManySessions.warmUp(bench);
            var names = new Names(sessions);
            long empty = ManySessions.usedHeap(bench, sessions);
            ManySessions.each(sessions, i -> {
                Conversation conversation = bench.begin(i);
                conversation.call();
                names.set(i, conversation.id());
            });
            long counting = ManySessions.usedHeap(bench, sessions);
            ManySessions.each(sessions, i -> {
                try (Conversation conversation = bench.resume(i, names.get(i), 1)) {
                    conversation.turn();
                }
            });
            long talked = ManySessions.usedHeap(bench, sessions);
            System.out.printf(Locale.ROOT, "| %s | %,d | %,d | %,d | %.1f | %.1f |%n", kind.name(), sessions,
                    (counting - empty) / sessions, (talked - empty) / sessions, empty / ManySessions.MIB,
                    talked / ManySessions.MIB);
        }
    }
}
