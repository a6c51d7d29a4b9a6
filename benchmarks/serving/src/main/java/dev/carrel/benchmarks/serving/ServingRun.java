package dev.carrel.benchmarks.serving;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import ai.onnxruntime.OrtException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.carrel.benchmarks.Fork;
import dev.carrel.benchmarks.Machine;
import dev.carrel.benchmarks.TemporaryFolder;

/** The one command: measures what it is told to, and prints Markdown tables as it goes. */
@Command(name = "benchmarks/run-serving", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Measures models that many call at once: over HTTP beside LitServe and FastAPI (benchmarks/peers/install),",
        "in process beside ONNX Runtime and LangChain4j, and the batcher's policy beside its simulation.",
        "Every answer is checked; a wrong one ends the run."})
final class ServingRun implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final int TRIVIAL_BATCH = 32;
    private static final int MINILM_BATCH = 8;
    /** For how many seconds LitServe has a batch wait for more: not at all, as it is there unless set, and here. */
    private static final String WINDOW = "0";

    @Option(names = "--of", split = ",", description = "What to measure: ${DEFAULT-VALUE}")
    List<String> of = new ArrayList<>(List.of("trivial", "minilm", "batcher", "streams", "policy"));

    @Option(names = "--rounds", description = "How often each has its turn: ${DEFAULT-VALUE}")
    int rounds = 5;

    @Option(names = "--seconds", description = "How long each window of measuring is: ${DEFAULT-VALUE}")
    double seconds = 2;

    @Option(names = "--warm", description = "For how long each is warmed up: ${DEFAULT-VALUE}")
    double warm = 8;

    @Option(names = "--no-peers", description = "Without LitServe and FastAPI.")
    boolean noPeers;

    @Option(names = "--quick", description = "One round and short windows: whether it works.")
    boolean quick;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final List<String> aims = new ArrayList<>();

    private ServingRun() {}

    /** See {@code --help}. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ServingRun()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (quick) {
            rounds = 1;
            seconds = Math.min(seconds, 1);
            warm = Math.min(warm, 2);
        }
        out.println(Machine.describe());
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            if (of.contains("trivial")) {
                trivial(folder.path());
            }
            if (of.contains("minilm")) {
                minilm(folder.path());
            }
            if (of.contains("batcher")) {
                fork("Hand-off", HandOff.class, List.of(), new Extent(rounds, warm, seconds / 2));
                // Each is one of nine, on four kinds of texts.
                Extent short5 = new Extent(rounds, 2 * warm, seconds / 2);
                fork("Full load, 1 worker", FullLoad.class, List.of("1", folder.path().toString()), short5);
                fork("Full load, 2 workers", FullLoad.class, List.of("2", folder.path().toString()), short5);
            }
            if (of.contains("streams")) {
                fork("Streams", StreamSteps.class, List.of(), new Extent(rounds, warm, seconds / 2));
            }
            if (of.contains("policy")) {
                fork("Policy", PolicyRun.class, List.of(), new Extent(rounds, warm / 4, 2 * seconds));
            }
        }
        if (!aims.isEmpty()) {
            out.printf("%n### What was aimed at%n%n%s%n", Aim.HEAD);
            aims.forEach(out::println);
        }
        return 0;
    }

    private Peer.Python python() {
        return Peer.Python.of(Path.of(System.getProperty("carrel.home", "")));
    }

    private static Path sub(Path folder, String name) throws IOException {
        return java.nio.file.Files.createDirectories(folder.resolve(name));
    }

    private void trivial(Path folder) throws IOException, InterruptedException {
        Path own = sub(folder, "trivial");
        List<Peer> peers = new ArrayList<>();
        Peer carrel = Peer.carrel("Carrel, batches of " + TRIVIAL_BATCH,
                List.of("square", "" + TRIVIAL_BATCH, "1", own.toString()));
        peers.add(carrel);
        if (!noPeers) {
            peers.add(python().litServe("LitServe, batches of " + TRIVIAL_BATCH,
                    List.of("square", "" + TRIVIAL_BATCH, WINDOW)));
            peers.add(python().litServe("LitServe, unbatched", List.of("square", "1", "0")));
            peers.add(python().fastApi(List.of("square")));
        }
        out.printf("%n### x → x² over HTTP%n%n");
        Workload squares = Workload.squares();
        var contest = new HttpContest(out, new Extent(rounds, warm, seconds), List.of(squares), List.of(1, 8, 64));
        contest.run(peers, own);
        if (!noPeers) {
            double rate = contest.perSecond(squares, 64, carrel);
            double litServe = peers.stream().filter(peer -> peer.name().startsWith(Peer.LITSERVE))
                    .mapToDouble(peer -> contest.perSecond(squares, 64, peer)).max().orElseThrow();
            aims.add(Aim.atLeast("x → x² at 64 connections: times LitServe", 20, rate / litServe).line());
            aims.add(Aim.atLeast("x → x² at 64 connections: times FastAPI", 4,
                    rate / contest.perSecond(squares, 64, peers.getLast())).line());
        }
    }

    private void minilm(Path folder) throws IOException, InterruptedException, OrtException {
        Path own = sub(folder, "minilm");
        OnnxFiles files = OnnxFiles.in(folder);
        List<Workload> workloads;
        try (var raw = new RawOnnx(files)) {
            workloads = List.of(Workload.embeddings(Texts.ofWords(8, raw)),
                    Workload.embeddings(Texts.ofWords(64, raw)));
        }
        String model = files.model().toString();
        String tokenizer = files.tokenizer().toString();
        List<Peer> peers = new ArrayList<>();
        peers.add(Peer.carrel("Carrel, batches of " + MINILM_BATCH,
                List.of("embed", "" + MINILM_BATCH, "1", own.toString())));
        if (!noPeers) {
            peers.add(python().litServe("LitServe, batches of " + MINILM_BATCH,
                    List.of("embed", "" + MINILM_BATCH, WINDOW, model, tokenizer, "1")));
            peers.add(python().litServe("LitServe, unbatched", List.of("embed", "1", "0", model, tokenizer, "1")));
            peers.add(python().fastApi(List.of("embed", model, tokenizer, "1")));
        }
        out.printf("%n### MiniLM over HTTP%n%n");
        new HttpContest(out, new Extent(rounds, warm, seconds), workloads, List.of(1, 32)).run(peers, own);
    }

    private void fork(String title, Class<?> main, List<String> arguments, Extent extent)
            throws IOException, InterruptedException {
        out.printf("%n### %s%n%nLoad average %.1f before.%n%n", title, Machine.load());
        List<String> all = new ArrayList<>(arguments);
        all.addAll(extent.arguments());
        Fork.run(line -> {
            if (Aim.isMarked(line)) {
                aims.add(Aim.unmarked(line));
            } else {
                out.println(line);
            }
        }, LIMIT, title, JavaProcess.command(main, all));
    }
}
