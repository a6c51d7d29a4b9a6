package dev.carrel.benchmarks.serving;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.carrel.benchmarks.Machine;
import dev.carrel.benchmarks.ServerProcess;

/**
 * The same load on several servers. All live through the whole contest; in each round each has its turn, the others are
 * stopped meanwhile.
 */
final class HttpContest {
    private static final int OPEN_CONNECTIONS = 64;
    /** The loads of the open loop, in percent of the rate that the most connections came to. */
    private static final List<Integer> LOADS = List.of(20, 50, 80);
    /** After a server was stopped, or the load has changed. */
    private static final double RAMP = 0.3;

    private final PrintStream out;
    private final Extent extent;
    private final List<Workload> workloads;
    private final List<Integer> connections;
    private final List<Running> running = new ArrayList<>();
    private final Rounds<Row, Round> rounds = new Rounds<>();

    HttpContest(PrintStream out, Extent extent, List<Workload> workloads, List<Integer> connections) {
        this.out = out;
        this.extent = extent;
        this.workloads = workloads;
        this.connections = connections;
    }

    private record Running(Peer peer, PeerProcess process) {}

    /** How a server is asked. */
    private sealed interface Way {
        /** As quickly as it answers. */
        record Closed(int connections) implements Way {}

        /** At random moments, at so many percent of the rate that the most connections came to. */
        record Open(int percent) implements Way {}
    }

    private record Row(String workload, Way way, String server) {}

    /**
     * @param server microseconds of the server's processor time a request
     * @param load the same of this process
     */
    private record Round(ModelLoad.Measured measured, double server, double load) {}

    /** What is measured on a server. */
    @FunctionalInterface
    private interface Window {
        ModelLoad.Measured run() throws IOException;
    }

    /** Runs it and prints a table; the first of the peers is the one that the others are held against. */
    void run(List<Peer> peers, Path folder) throws IOException, InterruptedException {
        double before = Machine.load();
        try {
            for (Peer peer : peers) {
                Path own = Files.createDirectory(folder.resolve("peer" + running.size()));
                PeerProcess process = PeerProcess.start(peer, workloads.getFirst(), own);
                running.add(new Running(peer, process));
                for (Workload workload : workloads) {
                    try (var load = new ModelLoad(process.address(), workload, OPEN_CONNECTIONS)) {
                        load.closed(extent.warm() / workloads.size());
                    }
                }
                process.pause();
            }
            for (int round = 0; round < extent.rounds(); round++) {
                for (Running each : Extent.turns(running, round)) {
                    each.process.resume();
                    for (Workload workload : workloads) {
                        turn(each.peer, each.process, workload);
                    }
                    each.process.pause();
                }
            }
        } finally {
            running.forEach(each -> each.process.close());
        }
        print(peers, before);
    }

    private void turn(Peer peer, PeerProcess process, Workload workload) throws IOException {
        double capacity = 0;
        for (int size : connections) {
            try (var load = new ModelLoad(process.address(), workload, size)) {
                load.closed(RAMP);
                Round round = round(process, () -> load.closed(extent.seconds()));
                rounds.add(new Row(workload.name(), new Way.Closed(size), peer.name()), round);
                capacity = round.measured.perSecond();
            }
        }
        for (int percent : LOADS) {
            double rate = capacity * percent / 100;
            try (var load = new ModelLoad(process.address(), workload, OPEN_CONNECTIONS)) {
                load.open(rate, RAMP);
                rounds.add(new Row(workload.name(), new Way.Open(percent), peer.name()),
                        round(process, () -> load.open(rate, extent.seconds())));
            }
        }
    }

    private static Round round(PeerProcess process, Window window) throws IOException {
        double server = process.cpuSeconds();
        double load = ServerProcess.cpuSeconds(ProcessHandle.current().pid());
        ModelLoad.Measured measured = window.run();
        double micros = 1e6 / measured.latencies().size();
        return new Round(measured, micros * (process.cpuSeconds() - server),
                micros * (ServerProcess.cpuSeconds(ProcessHandle.current().pid()) - load));
    }

    /** The median of a server's requests a second in the closed loop. */
    double perSecond(Workload workload, int size, Peer peer) {
        return rounds.median(new Row(workload.name(), new Way.Closed(size), peer.name()),
                it -> it.measured.perSecond());
    }

    private void print(List<Peer> peers, double before) throws IOException {
        out.printf(Locale.ROOT, "%d rounds of %.1f s in turn, medians; load average %.1f before, %.1f after.%n%n",
                extent.rounds(), extent.seconds(), before, Machine.load());
        out.println("| | connections | server | requests/s | " + peers.getFirst().name()
                + ": times | p50, ms | p99, ms | CPU of server, µs a request | of load program |");
        out.println("|---|--:|---|--:|--:|--:|--:|--:|--:|");
        List<Way> ways = new ArrayList<>();
        connections.forEach(size -> ways.add(new Way.Closed(size)));
        LOADS.forEach(percent -> ways.add(new Way.Open(percent)));
        for (Workload workload : workloads) {
            for (Way way : ways) {
                for (Peer peer : peers) {
                    var row = new Row(workload.name(), way, peer.name());
                    double rate = rounds.median(row, it -> it.measured.perSecond());
                    String asked;
                    String times;
                    switch (way) {
                        case Way.Closed closed -> {
                            asked = "" + closed.connections;
                            times = String.format(Locale.ROOT, "%.1f",
                                    perSecond(workload, closed.connections, peers.getFirst()) / rate);
                        }
                        case Way.Open open -> {
                            asked = "open, " + open.percent + " %";
                            times = "";
                        }
                    }
                    out.printf(Locale.ROOT, "| %s | %s | %s | %,.0f | %s | %.2f | %.2f | %,.0f | %,.0f |%n",
                            workload.name(), asked, peer.name(), rate, times,
                            rounds.median(row, it -> it.measured.latencies().quantile(0.5)),
                            rounds.median(row, it -> it.measured.latencies().quantile(0.99)),
                            rounds.median(row, Round::server), rounds.median(row, Round::load));
                }
            }
        }
    }
}
