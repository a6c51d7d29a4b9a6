package dev.carrel.benchmarks.stores;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.carrel.benchmarks.Fork;
import dev.carrel.benchmarks.Machine;

/** The one command: measures what it is told to, and prints Markdown tables as it goes. */
@Command(name = "benchmarks/run-stores", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Measures Carrel's stores, and Spring Session JDBC on the same PostgreSQL, on this machine.",
        "What was acknowledged is counted; what Carrel lost ends the run."})
final class StoresRun implements Callable<Integer> {
    /** What Carrel's pool has, which is what Spring Boot's has too. */
    private static final int POOL = 10;
    private static final Duration LIMIT = Duration.ofMinutes(20);

    @Option(names = "--of", split = ",", description = "What to measure: ${DEFAULT-VALUE}")
    List<String> of = new ArrayList<>(List.of("turns", "http", "hot", "memory"));

    @Option(names = "--stores", split = ",", description = "On which stores: ${DEFAULT-VALUE}")
    List<String> stores = new ArrayList<>(List.of("memory", "sqlite", "postgres"));

    @Option(names = "--rounds", description = "How often each server has its turn: ${DEFAULT-VALUE}")
    int rounds = 5;

    @Option(names = "--seconds", description = "How long each window of measuring is: ${DEFAULT-VALUE}")
    double seconds = 10;

    @Option(names = "--warm", description = "For how long a new process is warmed up: ${DEFAULT-VALUE}")
    double warm = 20;

    @Option(names = "--sessions", description = "How many idle sessions: ${DEFAULT-VALUE}")
    int sessions = 100_000;

    @Option(names = "--no-fsync", description = "PostgreSQL does not wait for the disk.")
    boolean noFsync;

    @Option(names = "--quick", description = "One round, short windows, few sessions: whether it works.")
    boolean quick;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private StoresRun() {}

    /** See {@code --help}. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new StoresRun()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (quick) {
            rounds = 1;
            seconds = Math.min(seconds, 2);
            warm = Math.min(warm, 3);
            sessions = Math.min(sessions, 5_000);
        }
        out.println(Machine.describe());
        try (Postgres postgres = new Postgres(!noFsync)) {
            out.println(postgres.describe());
            if (of.contains("turns")) {
                each(postgres, Turns.class, Turns.HEAD, "" + warm, "" + seconds, "1", "50", "500");
            }
            if (of.contains("http")) {
                http(postgres);
            }
            if (of.contains("hot")) {
                each(postgres, HotKey.class, HotKey.HEAD, "" + warm, "" + seconds, "1", "64");
            }
            if (of.contains("memory")) {
                each(postgres, IdleSessions.class, IdleSessions.HEAD, "" + sessions);
                each(postgres, GoneSessions.class, GoneSessions.HEAD, "" + sessions);
            }
        }
        return 0;
    }

    /** A measurement on each store; each has a PostgreSQL database of its own. */
    private void each(Postgres postgres, Class<?> measurement, String head, String... arguments)
            throws IOException, InterruptedException, SQLException {
        out.printf("%nLoad average %.1f before.%n%n%s%n", Machine.load(), head);
        for (String store : stores) {
            Kind kind = kind(store, postgres);
            List<String> all = new ArrayList<>(kind.arguments());
            all.addAll(List.of(arguments));
            Fork.run(out::println, LIMIT, measurement.getSimpleName() + " on " + kind.name(),
                    Java.command(measurement, all));
        }
    }

    private static Kind kind(String store, Postgres postgres) throws SQLException {
        return switch (store) {
            case "memory" -> Kind.MEMORY;
            case "sqlite" -> Kind.SQLITE;
            case "postgres" -> new Kind("PostgreSQL", postgres.address(postgres.create()));
            default -> throw new IllegalArgumentException("--stores takes memory, sqlite and postgres, not " + store);
        };
    }

    private void http(Postgres postgres) throws IOException, SQLException {
        List<Peer> peers = new ArrayList<>();
        for (String store : stores) {
            Kind kind = kind(store, postgres);
            peers.add(new CarrelPeer("Carrel on " + kind.name() + ", `increment`", kind.setting(), "increment"));
        }
        if (stores.contains("postgres")) {
            Kind kind = kind("postgres", postgres);
            peers.add(new CarrelPeer("Carrel on " + kind.name() + ", `update`", kind.setting(), "update"));
        }
        peers.add(new SpringPeer("Spring Session JDBC", System.getProperty("carrel.spring.classpath", ""),
                postgres.jdbcUrl(postgres.create()), POOL));
        new Contest(out, new Contest.Extent(rounds, warm, seconds), postgres::cpuSeconds).run(peers);
    }
}
