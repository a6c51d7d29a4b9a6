package dev.carrel.benchmarks.context;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import dev.carrel.context.Context;

/** A value of a context that is at hand, each key in its turn. */
@State(Scope.Thread)
public class HeldGetBenchmark {
    private final String[] array = Filled.ByHand.VALUES;
    private final io.opentelemetry.context.Context openTelemetry = Filled.OfOpenTelemetry.CONTEXT;
    private final io.grpc.Context grpc = Filled.OfGrpc.CONTEXT;
    private final reactor.util.context.Context reactor = Filled.OfReactor.CONTEXT;
    private final Context carrel = Filled.OfCarrel.CONTEXT;

    /** What taking turns costs by itself. */
    @Benchmark
    public String array(Turn turn) {
        return array[turn.next()];
    }

    @Benchmark
    public @Nullable String openTelemetry(Turn turn) {
        return openTelemetry.get(Filled.OfOpenTelemetry.ALL.get(turn.next()));
    }

    @Benchmark
    public String grpc(Turn turn) {
        return Filled.OfGrpc.ALL.get(turn.next()).get(grpc);
    }

    @Benchmark
    public String reactor(Turn turn) {
        return reactor.get(Filled.OfReactor.ALL.get(turn.next()));
    }

    @Benchmark
    public String carrel(Turn turn) {
        return carrel.get(Filled.OfCarrel.ALL.get(turn.next()));
    }
}
