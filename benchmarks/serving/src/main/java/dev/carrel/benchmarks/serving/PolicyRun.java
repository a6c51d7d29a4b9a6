package dev.carrel.benchmarks.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import dev.carrel.batch.Batcher;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.benchmarks.Latencies;

/**
 * The batcher in real time beside simulations of its policy and of others, on the very same arrivals: its model takes
 * 5 ms + 0.5 ms an item and does nothing meanwhile.
 */
final class PolicyRun {
    private static final Simulation MODEL = new Simulation(5_000_000, 500_000, 32);
    private static final List<Double> LOADS = List.of(0.02, 0.3, 0.5, 0.9);
    private static final double AIM = 1.1;
    private static final String REAL = "**Carrel's batcher**, in real time";

    private PolicyRun() {}

    private record Row(double load, String policy) {}

    /** With an {@link Extent}. */
    public static void main(String[] args) throws Exception {
        Extent extent = Extent.of(args);
        var rounds = new Rounds<Row, Latencies>();
        try (Batcher<Long, Long> batcher = Batcher.<Long, Long>of("policy", PolicyRun::run).maxItems(MODEL.most())
                .start()) {
            var random = new Random(1);
            real(batcher, arrivals(0.5, extent.warm(), random));
            for (int round = 0; round < extent.rounds(); round++) {
                for (double load : LOADS) {
                    Arrivals arrivals = arrivals(load, extent.seconds(), random);
                    add(rounds, load, REAL, real(batcher, arrivals));
                    MODEL.all(arrivals).forEach(result -> add(rounds, load, result.policy(), result.latencies()));
                }
            }
        }
        print(rounds);
    }

    private static Arrivals arrivals(double load, double seconds, Random random) {
        return Arrivals.poisson(load * MODEL.capacity(), seconds, random);
    }

    private static void add(Rounds<Row, Latencies> rounds, double load, String policy, Latencies latencies) {
        rounds.add(new Row(load, policy), latencies);
    }

    private static List<Outcome<Long>> run(List<Item<Long>> items) {
        Instants.waitUntil(System.nanoTime() + MODEL.runs(items.size()));
        return items.stream().map(item -> item.ok(item.input())).toList();
    }

    /** Each arrival is a virtual thread of its own, as a request is; latency counts from the moment when it was due. */
    private static Latencies real(Batcher<Long, Long> batcher, Arrivals arrivals)
            throws InterruptedException, ExecutionException {
        List<FutureTask<Long>> calls = new ArrayList<>();
        // What is compiled and collected just now is not the policy's doing.
        long from = System.nanoTime() + 10_000_000;
        for (int i = 0; i < arrivals.count(); i++) {
            long due = from + arrivals.at(i);
            var call = new FutureTask<>(() -> {
                if (batcher.call(due) != due) {
                    throw new IllegalStateException("a caller was answered what another had asked");
                }
                return System.nanoTime() - due;
            });
            calls.add(call);
            Instants.waitUntil(due);
            Thread.startVirtualThread(call);
        }
        var latencies = new Latencies();
        for (FutureTask<Long> call : calls) {
            latencies.add(call.get());
        }
        return latencies;
    }

    private static void print(Rounds<Row, Latencies> rounds) {
        System.out.printf(Locale.ROOT, "| load, of %,.0f/s | | mean, ms | p99, ms | mean: times on idle |%n",
                MODEL.capacity());
        System.out.println("|--:|---|--:|--:|--:|");
        for (double load : LOADS) {
            double best = mean(rounds, load, "on idle");
            for (Row row : rounds.rows()) {
                if (row.load == load) {
                    double mean = mean(rounds, load, row.policy);
                    System.out.printf(Locale.ROOT, "| %.0f %% | %s | %.2f | %.1f | %.2f |%n", 100 * load,
                            row.policy.equals(REAL) ? REAL : row.policy + ", simulated", mean,
                            rounds.median(row, it -> it.quantile(0.99)), mean / best);
                }
            }
        }
        for (double load : LOADS) {
            System.out.println(Aim.atMost(
                    String.format(Locale.ROOT, "%.0f %% load: mean latency, of the simulated best", 100 * load), AIM,
                    mean(rounds, load, REAL) / mean(rounds, load, "on idle")).marked());
        }
    }

    private static double mean(Rounds<Row, Latencies> rounds, double load, String policy) {
        return rounds.median(new Row(load, policy), Latencies::mean);
    }
}
