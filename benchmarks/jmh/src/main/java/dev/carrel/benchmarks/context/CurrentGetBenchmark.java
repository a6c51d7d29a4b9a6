package dev.carrel.benchmarks.context;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;

import dev.carrel.context.Context;

/** A value of the current context, each key in its turn. Reactor has no current context; Micrometer reads thread-locals. */
public class CurrentGetBenchmark {
    @Benchmark
    public String threadLocal(Turn turn, Peers.ThreadLocalsSet set) {
        return Filled.ByHand.THREAD_LOCAL.get()[turn.next()];
    }

    @Benchmark
    public String scopedValue(Turn turn) {
        return Filled.ByHand.SCOPED_VALUE.get()[turn.next()];
    }

    @Benchmark
    public @Nullable String openTelemetry(Turn turn, Peers.OpenTelemetryCurrent set) {
        return io.opentelemetry.context.Context.current().get(Filled.OfOpenTelemetry.ALL.get(turn.next()));
    }

    @Benchmark
    public String grpc(Turn turn, Peers.GrpcCurrent set) {
        return Filled.OfGrpc.ALL.get(turn.next()).get();
    }

    @Benchmark
    public String transmittable(Turn turn, Peers.TtlFilled set) {
        return set.variables.get(turn.next()).get();
    }

    @Benchmark
    public String carrel(Turn turn) {
        return Context.current().get(Filled.OfCarrel.ALL.get(turn.next()));
    }
}
