package dev.carrel.benchmarks.stores;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.carrel.benchmarks.Machine;

/** The one command. */
@Command(name = "benchmarks/run-stores", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Measures Carrel's stores, and Spring Session JDBC on the same PostgreSQL, on this machine.",
        "Counts are checked: an increment of Carrel's that is lost ends the run."})
final class StoresRun implements Callable<Integer> {
    @Option(names = "--quick", description = "Few and short rounds: whether it works, not how quick it is.")
    boolean quick;

    @Option(names = "--pool", description = "Connections to PostgreSQL, of each peer: ${DEFAULT-VALUE}")
    int pool = 10;

    @Option(names = "--no-fsync", description = "PostgreSQL does not wait for the disk.")
    boolean noFsync;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private StoresRun() {}

    /** See {@code --help}. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new StoresRun()).execute(args));
    }

    @Option(names = "--of", split = ",", description = "What to measure: ${DEFAULT-VALUE}")
    List<String> of = new ArrayList<>(List.of("turns", "http", "memory"));

    @Override
    public Integer call() throws Exception {
        out.println(Machine.describe());
        try (Postgres postgres = new Postgres(!noFsync)) {
            out.println(postgres.describe());
            List<Kind> kinds = List.of(Kind.MEMORY, Kind.SQLITE);
            if (of.contains("turns")) {
                out.println("\n" + Turns.HEAD);
                for (Kind kind : kinds) {
                    Fork.run(out, Duration.ofMinutes(5), Turns.class, kind, quick ? "2" : "15", quick ? "2" : "10", "1",
                            "50", "500");
                }
            }
            if (of.contains("http")) {
                postgres.create("spring");
                List<Peer> peers = new ArrayList<>();
                peers.add(new CarrelPeer("Carrel, memory", "memory", "update"));
                peers.add(new CarrelPeer("Carrel, SQLite", "sqlite", "update"));
                peers.add(new SpringPeer("Spring Session JDBC", System.getProperty("carrel.spring.classpath", ""),
                        postgres.jdbcUrl("spring"), pool));
                var extent = quick ? new Contest.Extent(1, 2, 2) : new Contest.Extent(5, 15, 10);
                new Contest(out, extent, postgres::cpuSeconds).run(peers);
            }
            if (of.contains("memory")) {
                out.println("\n" + IdleSessions.HEAD);
                for (Kind kind : kinds) {
                    Fork.run(out, Duration.ofMinutes(20), IdleSessions.class, kind, quick ? "5000" : "100000");
                }
            }
        }
        return 0;
    }
}
