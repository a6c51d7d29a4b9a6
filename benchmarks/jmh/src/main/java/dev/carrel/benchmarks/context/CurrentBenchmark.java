package dev.carrel.benchmarks.context;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import dev.carrel.context.Context;

/** What is current: the pointer alone, no value of it. */
@State(Scope.Thread)
public class CurrentBenchmark {
    private final Five held = Five.VALUE;

    /** What JMH's own loop costs, and the read of a field. */
    @Benchmark
    public Five field() {
        return held;
    }

    @Benchmark
    public Five threadLocal(Peers.ThreadLocalsSet set) {
        return Five.THREAD_LOCAL.get();
    }

    @Benchmark
    public Five scopedValue() {
        return Five.SCOPED_VALUE.get();
    }

    @Benchmark
    public io.opentelemetry.context.Context openTelemetry(Peers.OpenTelemetryCurrent set) {
        return io.opentelemetry.context.Context.current();
    }

    @Benchmark
    public io.grpc.Context grpc(Peers.GrpcCurrent set) {
        return io.grpc.Context.current();
    }

    @Benchmark
    public String transmittable(Peers.TtlOne set) {
        return Peers.Ttl.USER.get();
    }

    @Benchmark
    public Context carrel() {
        return Context.current();
    }
}
