package dev.carrel.benchmarks.stores;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

import dev.carrel.benchmarks.Machine;
import dev.carrel.benchmarks.ServerProcess;
import dev.carrel.benchmarks.TemporaryFolder;

/**
 * The same load on several peers, which all run the whole time: in each round each peer has its turn, the rounds in
 * alternating order, so that what else happens on the machine meets all of them alike.
 */
final class Contest {
    private static final int CONNECTIONS = 64;
    private static final int SESSIONS = 500;

    /** How much of it. */
    record Extent(int rounds, double warm, double seconds) {}

    /** A peer that runs. */
    private record Running(Peer peer, ServerProcess process, List<Round> many, List<Round> hot) {}

    /** What a peer did in one round; processor times in microseconds a request. */
    private record Round(CountLoad.Counted counted, double server, double database) {}

    private final PrintStream out;
    private final Extent extent;
    private final DoubleSupplier databaseSeconds;

    Contest(PrintStream out, Extent extent, DoubleSupplier databaseSeconds) {
        this.out = out;
        this.extent = extent;
        this.databaseSeconds = databaseSeconds;
    }

    /** Runs it and prints a table; the last of the peers is the one that the others are held against. */
    void run(List<? extends Peer> peers) throws IOException {
        List<Running> running = new ArrayList<>();
        double before = Machine.load();
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            try {
                for (Peer peer : peers) {
                    running.add(new Running(peer, peer.start(java.nio.file.Files
                            .createDirectory(folder.path().resolve("peer" + running.size()))), new ArrayList<>(),
                            new ArrayList<>()));
                }
                for (Running one : running) {
                    round(one, SESSIONS, extent.warm);
                    round(one, 1, extent.warm / 2);
                }
                for (int i = 0; i < extent.rounds; i++) {
                    for (Running one : i % 2 == 0 ? running : running.reversed()) {
                        one.many.add(round(one, SESSIONS, extent.seconds));
                        one.hot.add(round(one, 1, extent.seconds));
                    }
                }
            } finally {
                running.forEach(one -> one.process.close());
            }
        }
        out.printf(Locale.ROOT, "%n%d connections, %d rounds of %.0f s in turn, medians; load average %.1f before, "
                + "%.1f after.%n%n", CONNECTIONS, extent.rounds, extent.seconds, before, Machine.load());
        out.println("| | sessions | requests/s | times | p50, ms | p99, ms | acknowledged | lost updates | failed "
                + "| CPU of server, µs a request | of PostgreSQL |");
        out.println("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        Running last = running.getLast();
        running.forEach(one -> print(one.peer.name(), SESSIONS, one.many, last.many));
        running.forEach(one -> print(one.peer.name(), 1, one.hot, last.hot));
    }

    private Round round(Running running, int sessions, double seconds) throws IOException {
        try (CountLoad load = new CountLoad(running.process.address(), running.peer, sessions, CONNECTIONS)) {
            double server = running.process.cpuSeconds();
            double database = databaseSeconds.getAsDouble();
            CountLoad.Counted counted = load.count(seconds);
            if (running.peer.losesNothing() && counted.lost() > 0) {
                throw new IllegalStateException(running.peer.name() + " lost " + counted.lost() + " increments");
            }
            long requests = counted.acknowledged() + counted.failed();
            return new Round(counted, 1e6 * (running.process.cpuSeconds() - server) / requests,
                    1e6 * (databaseSeconds.getAsDouble() - database) / requests);
        }
    }

    private void print(String name, int sessions, List<Round> rounds, List<Round> others) {
        double rate = median(rounds, it -> it.counted.perSecond());
        out.printf(Locale.ROOT, "| %s | %d | %,.0f | %.1f | %.1f | %.1f | %,d | %,d | %,d | %,.0f | %,.0f |%n", name,
                sessions, rate, rate / median(others, it -> it.counted.perSecond()),
                median(rounds, it -> it.counted.latencies().quantile(0.5)),
                median(rounds, it -> it.counted.latencies().quantile(0.99)),
                rounds.stream().mapToLong(it -> it.counted.acknowledged()).sum(),
                rounds.stream().mapToLong(it -> it.counted.lost()).sum(),
                rounds.stream().mapToLong(it -> it.counted.failed()).sum(),
                median(rounds, Round::server), median(rounds, Round::database));
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
