package dev.carrel.benchmarks.context;

import java.util.Collection;
import java.util.List;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * What an operation costs in time on a processor, as the measuring threads count it: other work on the machine makes a
 * thread wait, but hardly makes this figure grow, and with more threads than cores it stays comparable. A thread that
 * waits for a lock costs nothing here; {@link Measured} therefore prints the wall clock's figure too.
 */
public final class ProcessorTime implements InternalProfiler {
    static final String LABEL = "processor";

    private long before;

    /** Called by JMH, by reflection. */
    public ProcessorTime() {}

    @Override
    public String getDescription() {
        return "processor time of the measuring threads";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = Worker.processorNanos();
    }

    @Override
    public Collection<ScalarResult> afterIteration(BenchmarkParams benchmark, IterationParams iteration,
            IterationResult result) {
        // All operations: those too that JMH lets run until every thread has begun, and after the first has ended.
        double nanos = (double) (Worker.processorNanos() - before) / result.getMetadata().getAllOps();
        return List.of(new ScalarResult(LABEL, nanos, "ns/op", AggregationPolicy.AVG));
    }
}
