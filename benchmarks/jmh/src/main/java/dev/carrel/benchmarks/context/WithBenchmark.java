package dev.carrel.benchmarks.context;

import java.util.Arrays;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import dev.carrel.context.Context;

/** One value more than a context has. */
@State(Scope.Thread)
public class WithBenchmark {
    private final String value = "one more";
    private final String[] array = Filled.ByHand.VALUES;
    private final io.opentelemetry.context.Context openTelemetry = Filled.OfOpenTelemetry.CONTEXT;
    private final io.grpc.Context grpc = Filled.OfGrpc.CONTEXT;
    private final reactor.util.context.Context reactor = Filled.OfReactor.CONTEXT;
    private final Context carrel = Filled.OfCarrel.CONTEXT;

    /** By hand: a copy of an array. */
    @Benchmark
    public String[] array() {
        String[] copy = Arrays.copyOf(array, array.length + 1);
        copy[array.length] = value;
        return copy;
    }

    @Benchmark
    public io.opentelemetry.context.Context openTelemetry() {
        return openTelemetry.with(Filled.OfOpenTelemetry.ALL.getLast(), value);
    }

    @Benchmark
    public io.grpc.Context grpc() {
        return grpc.withValue(Filled.OfGrpc.ALL.getLast(), value);
    }

    @Benchmark
    public reactor.util.context.Context reactor() {
        return reactor.put(Filled.OfReactor.ALL.getLast(), value);
    }

    @Benchmark
    public Context carrel() {
        return carrel.with(Filled.OfCarrel.ALL.getLast(), value);
    }
}
