package dev.carrel.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The one command: measures what it is told to, and prints Markdown tables as it goes. */
@Command(name = "benchmarks/run", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Measures Carrel, and on request a peer beside it, in processes of their own on this machine.",
        "Every answer is checked; a wrong one ends the run."})
final class Load implements Callable<Integer> {
    @Option(names = "--of", split = ",", description = "What to measure: ${DEFAULT-VALUE}")
    List<String> of = new ArrayList<>(List.of("memory", "sqlite", "tutor", "start", "idle"));

    @Option(names = "--peers", description = "Measure Chainlit too; benchmarks/peers/install must have been run.")
    boolean peers;

    @Option(names = "--chats", split = ",", description = "How many chats at once: ${DEFAULT-VALUE}")
    List<Integer> chats = new ArrayList<>(List.of(1, 50, 500));

    @Option(names = "--seconds", description = "How long each window of measuring is: ${DEFAULT-VALUE}")
    double seconds = 10;

    @Option(names = "--warm", description = "For how long a new server is warmed up: ${DEFAULT-VALUE}")
    double warm = 20;

    @Option(names = "--rounds", description = "How many servers, one after the other, give the median: ${DEFAULT-VALUE}")
    int rounds = 1;

    @Option(names = "--idle", description = "How many idle sessions: ${DEFAULT-VALUE}")
    int idle = 2_000;

    @Option(names = "--java", description = "Further options for the server's JVM, such as a flight recording.")
    String javaOptions = "";

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private int words;

    private Load() {}

    /** See {@code --help}. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Load()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        out.println(Machine.describe() + "\n");
        List<Server> servers = new ArrayList<>(Servers.all(javaOptions).stream().filter(it -> of.contains(it.name()))
                .toList());
        if (peers) {
            servers.add(ChainlitChat.server());
        }
        if (!servers.isEmpty()) {
            out.println(Row.HEAD);
            for (Server server : servers) {
                turns(server);
            }
        }
        if (of.contains("start")) {
            new Start(out).run(Servers.all(javaOptions));
        }
        if (of.contains("idle")) {
            new Idle(out, idle).run(Servers.all(javaOptions));
        }
        return 0;
    }

    private void turns(Server server) throws IOException {
        List<List<Row>> all = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            all.add(round(server));
        }
        for (int row = 0; row < all.getFirst().size(); row++) {
            int at = row;
            out.println(Row.median(all.stream().map(rows -> rows.get(at)).toList()).line(server.name()));
        }
    }

    private List<Row> round(Server server) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (TemporaryFolder folder = TemporaryFolder.create(); ServerProcess process = server.start(folder.path())) {
            closed(server, process, 50, warm, 0.1);
            for (int size : chats) {
                Crowd.Measured closed = closed(server, process, size, Math.min(3, warm), seconds);
                rows.add(Row.of(size, "closed", closed));
                if (size == 500) {
                    rows.add(Row.of(size, "open", open(server, process, size, closed.turnsPerSecond() / 2)));
                }
            }
        }
        return rows;
    }

    private Crowd.Measured closed(Server server, ServerProcess process, int size, double warming, double measuring)
            throws IOException {
        try (EventLoop loop = new EventLoop(process.address())) {
            return new Crowd(loop, process, size, member(server, loop)).closed(warming, measuring);
        }
    }

    private Crowd.Measured open(Server server, ServerProcess process, int size, double rate) throws IOException {
        try (EventLoop loop = new EventLoop(process.address())) {
            return new Crowd(loop, process, size, member(server, loop)).open(rate, Math.min(3, warm), seconds);
        }
    }

    private Crowd.Member member(Server server, EventLoop loop) {
        String crowd = "w" + words++;
        return (i, watcher) -> server.chat(loop, crowd + "-" + Integer.toString(i, Character.MAX_RADIX), watcher);
    }
}
