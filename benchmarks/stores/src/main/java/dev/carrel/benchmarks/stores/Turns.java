package dev.carrel.benchmarks.stores;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.carrel.benchmarks.Latencies;
import dev.carrel.benchmarks.ServerProcess;

/**
 * Turns through the real engine on one store: accepted, claimed, answered, closed. Each session is a virtual thread that
 * sends its next message when it has the last event of its last turn.
 */
final class Turns {
    static final String HEAD = """
            | store | sessions | turns/s | p50, ms | p99, ms | CPU of the process, µs a turn |
            |---|--:|--:|--:|--:|--:|""";

    private Turns() {}

    /** With a {@link Kind}, the seconds to warm up, the seconds to measure, and the numbers of sessions. */
    public static void main(String[] args) throws Exception {
        List<String> arguments = List.of(args);
        Kind kind = Kind.of(arguments);
        double warm = Double.parseDouble(args[2]);
        double seconds = Double.parseDouble(args[3]);
        try (var bench = new Bench(kind)) {
            window(bench, 50, warm);
            for (String sessions : arguments.subList(4, args.length)) {
                int size = Integer.parseInt(sessions);
                window(bench, size, warm / 4);
                double cpu = ServerProcess.cpuSeconds(ProcessHandle.current().pid());
                Latencies latencies = window(bench, size, seconds);
                double used = ServerProcess.cpuSeconds(ProcessHandle.current().pid()) - cpu;
                System.out.printf(Locale.ROOT, "| %s | %,d | %,.0f | %.2f | %.1f | %,.0f |%n", kind.name(), size,
                        latencies.size() / seconds, latencies.quantile(0.5), latencies.quantile(0.99),
                        1e6 * used / latencies.size());
            }
        }
    }

    private static Latencies window(Bench bench, int sessions, double seconds)
            throws ExecutionException, InterruptedException {
        List<Conversation> conversations = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            conversations.add(bench.begin(i));
        }
        long end = System.nanoTime() + (long) (seconds * 1e9);
        var all = new Latencies();
        try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Latencies>> results = new ArrayList<>();
            for (Conversation conversation : conversations) {
                results.add(users.submit(() -> {
                    var latencies = new Latencies();
                    while (System.nanoTime() < end) {
                        latencies.add(conversation.turn());
                    }
                    return latencies;
                }));
            }
            for (Future<Latencies> result : results) {
                all.addAll(result.get());
            }
        }
        conversations.forEach(Conversation::close);
        return all;
    }
}
