package dev.carrel.benchmarks.context;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * What an operation costs in time on a processor, as the kernel counts it: other work on the machine makes a thread wait,
 * but hardly makes this figure grow, and with more threads than cores it stays comparable. A thread that waits for a lock
 * costs nothing here; {@link Measured} therefore prints the wall clock's figure too. Needs Linux.
 */
public final class ProcessorTime implements InternalProfiler {
    /** Nanoseconds of the measuring threads. */
    static final String MEASURING = "measuring";
    /** Nanoseconds of all threads but the compiler's. */
    static final String PROCESS = "process";

    private static final Path THREADS = Path.of("/proc/self/task");

    private long measuring;
    private Map<String, Long> process = Map.of();

    /** Called by JMH, by reflection. */
    public ProcessorTime() {}

    @Override
    public String getDescription() {
        return "processor time";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        process = threads();
        measuring = Worker.processorNanos();
    }

    @Override
    public Collection<ScalarResult> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
            IterationResult result) {
        // All operations: those too that JMH lets run until every thread has begun, and after the first has ended.
        long operations = result.getMetadata().getAllOps();
        long own = Worker.processorNanos() - measuring;
        long all = 0;
        for (Map.Entry<String, Long> thread : threads().entrySet()) {
            all += thread.getValue() - process.getOrDefault(thread.getKey(), 0L);
        }
        return List.of(result(MEASURING, own, operations), result(PROCESS, all, operations));
    }

    private static ScalarResult result(String label, long nanos, long operations) {
        return new ScalarResult(label, (double) nanos / operations, "ns/op", AggregationPolicy.AVG);
    }

    /** How long each thread has been on a processor, in nanoseconds: the first figure of its {@code schedstat}. */
    private static Map<String, Long> threads() {
        Map<String, Long> all = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
            for (Path thread : threads) {
                try {
                    if (!Files.readString(thread.resolve("comm")).contains("Compiler")) {
                        String figures = Files.readString(thread.resolve("schedstat"));
                        all.put(thread.toString(), Long.parseLong(figures.substring(0, figures.indexOf(' '))));
                    }
                } catch (NoSuchFileException e) {
                    // It has just ended.
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }
}
