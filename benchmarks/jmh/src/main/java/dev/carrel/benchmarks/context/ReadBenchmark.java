package dev.carrel.benchmarks.context;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import dev.carrel.context.Context;

/** The user, as a handler asks for it: by a constant key, where five values are bound. */
@State(Scope.Thread)
public class ReadBenchmark {
    private final Context carrel = Filled.OfCarrel.CONTEXT;

    @Benchmark
    public String threadLocal(Peers.ThreadLocalsSet set) {
        return Five.THREAD_LOCAL.get().user();
    }

    @Benchmark
    public String scopedValue() {
        return Five.SCOPED_VALUE.get().user();
    }

    @Benchmark
    public @Nullable String openTelemetry(Peers.OpenTelemetryCurrent set) {
        return io.opentelemetry.context.Context.current().get(Keys.OPEN_TELEMETRY);
    }

    @Benchmark
    public String grpc(Peers.GrpcCurrent set) {
        return Keys.GRPC.get();
    }

    @Benchmark
    public String transmittable(Peers.TtlFive set) {
        return Peers.Ttl.USER.get();
    }

    @Benchmark
    public String carrelHeld() {
        return carrel.get(Keys.CARREL);
    }

    @Benchmark
    public String carrel() {
        return Context.current().get(Keys.CARREL);
    }
}
