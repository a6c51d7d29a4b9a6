package dev.carrel.benchmarks.context;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import dev.carrel.benchmarks.memory.Memory;

/** The one command: measures every group in one run, and prints a Markdown table for each. */
@Command(name = "benchmarks/run-context", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Measures what a hop costs, in Carrel and in the libraries beside it, with JMH.",
        "Each row runs in a process of its own; rows of one group run one after the other."})
final class ContextRun implements Callable<Integer> {
    @Option(names = "--quick", description = "One short fork a row, not three: about 12 minutes instead of 50.")
    boolean quick;

    @Option(names = "--group", split = ",", description = "Only these: current, read, held, get, with, run, wrap, hop, submit, site.")
    List<String> only = new ArrayList<>();

    @Option(names = "--threads", split = ",", description = "How many threads at once: ${DEFAULT-VALUE}")
    List<Integer> threads = new ArrayList<>(List.of(1, 2, 8));

    @Option(names = "--forks", description = "Processes a row, one after the other: 3, with --quick 1.")
    int forks;

    @Option(names = "--memory", description = "Instead: what a parked virtual thread holds.")
    boolean memory;

    @Option(names = "--parked", description = "How many virtual threads --memory parks: ${DEFAULT-VALUE}")
    int parked = 20_000;

    @Option(names = "--verbose", description = "JMH's own output.")
    boolean verbose;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final PrintStream progress = new PrintStream(System.err, true, StandardCharsets.UTF_8);

    private ContextRun() {}

    /** See {@code --help}. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new ContextRun()).execute(args));
    }

    @Override
    public Integer call() throws IOException, RunnerException {
        out.printf("%s, %d cores, %s, Java %s%n%n", LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(), processor(), System.getProperty("java.version"));
        if (memory) {
            new Memory(out, parked).run();
            return 0;
        }
        Map<String, Measured> all = new LinkedHashMap<>();
        for (Group group : Groups.all()) {
            if (only.isEmpty() || only.contains(group.name())) {
                Measured measured = measure(group);
                all.put(group.name(), measured);
                out.println(measured.table(threads));
            }
        }
        out.println(new Aims(all, threads).table());
        return 0;
    }

    private Measured measure(Group group) throws RunnerException {
        Measured measured = new Measured(group);
        for (int count : threads) {
            for (int size : group.sizes()) {
                progress.printf("%s: threads %d, %s %d, load average %.1f%n", group.name(), count, group.of(), size,
                        load());
                for (RunResult result : new Runner(options(group, count, size).build()).run()) {
                    String name = result.getParams().getBenchmark();
                    String method = name.substring(name.lastIndexOf('.') + 1);
                    group.rows().stream().filter(row -> row.method().equals(method))
                            .forEach(row -> measured.add(row, count, size, result));
                }
            }
        }
        return measured;
    }

    private ChainedOptionsBuilder options(Group group, int count, int size) {
        String rows = group.rows().stream().map(Group.Row::method).collect(Collectors.joining("|", "(", ")"));
        return new OptionsBuilder().include("^" + group.benchmark().getName().replace(".", "\\.") + "\\." + rows + "$")
                .mode(Mode.AverageTime).timeUnit(TimeUnit.NANOSECONDS).threads(count)
                .forks(forks > 0 ? forks : quick ? 1 : 3)
                .warmupIterations(5).warmupTime(TimeValue.milliseconds(Math.round((quick ? 150 : 200) * crowd())))
                .measurementIterations(5).measurementTime(TimeValue.milliseconds(quick ? 100 : 200))
                .verbosity(verbose ? VerboseMode.NORMAL : VerboseMode.SILENT).shouldFailOnError(true)
                .addProfiler(ProcessorTime.class)
                // The collector is the one that "carrel" runs with. A thread waits for the compiler: on a busy machine the
                // warm-up would else be over before the compiler's threads have had their turn.
                .jvmArgsAppend("--sun-misc-unsafe-memory-access=allow", "-XX:+UseSerialGC",
                        "-XX:-BackgroundCompilation", "-Xms512m", "-Xmx512m",
                        "-Xmn256m", "-Djmh.executor=CUSTOM",
                        "-Djmh.executor.class=" + Worker.class.getName(), "-D" + group.property() + "=" + size,
                        "-Dcarrel.benchmark.bound=" + group.bound());
    }

    /** How many times longer the warm-up takes because others want the processors too; at most 4. */
    private static double crowd() {
        return Math.clamp(load() / Runtime.getRuntime().availableProcessors(), 1, 4);
    }

    /** How many threads want to run on this machine, as an average of the last minute. */
    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String processor() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 2)).findFirst().orElse("unknown processor");
        }
    }
}
