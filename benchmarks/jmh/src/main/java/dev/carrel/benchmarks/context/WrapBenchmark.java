package dev.carrel.benchmarks.context;

import java.util.Objects;

import com.alibaba.ttl.TtlRunnable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import dev.carrel.context.Context;

/**
 * One hop: take what is current, wrap a task in it, hand the task over, run it; the task reads the user. Where it is run the same
 * is current, as for a task that its submitter runs; Carrel and OpenTelemetry then have nothing to bind, so each has a row
 * besides in which the task was wrapped in what is not current.
 */
@State(Scope.Thread)
@SuppressWarnings("this-escape")
public class WrapBenchmark {
    private final Context others = Filled.OfCarrel.CONTEXT.with(Filled.OfCarrel.ALL.getLast(), "another");
    private final io.opentelemetry.context.Context othersOfOpenTelemetry = Filled.OfOpenTelemetry.CONTEXT
            .with(Filled.OfOpenTelemetry.ALL.getLast(), "another");

    /** A task that carries nothing, handed over: what the frame costs by itself. */
    @Benchmark
    public @Nullable String nothing(Handed handed) {
        Five captured = Five.VALUE;
        return handed.run(() -> handed.seen = captured.user());
    }

    @Benchmark
    public @Nullable String threadLocal(Handed handed, Peers.ThreadLocalsSet set) {
        Five captured = Five.THREAD_LOCAL.get();
        return handed.run(() -> {
            Five before = Five.THREAD_LOCAL.get();
            Five.THREAD_LOCAL.set(captured);
            try {
                handed.seen = Five.THREAD_LOCAL.get().user();
            } finally {
                Five.THREAD_LOCAL.set(before);
            }
        });
    }

    @Benchmark
    public @Nullable String scopedValue(Handed handed) {
        Five captured = Five.SCOPED_VALUE.get();
        Runnable task = () -> handed.seen = Five.SCOPED_VALUE.get().user();
        return handed.run(() -> ScopedValue.where(Five.SCOPED_VALUE, captured).run(task));
    }

    @Benchmark
    public @Nullable String openTelemetry(Handed handed, Peers.OpenTelemetryCurrent set) {
        Runnable task = () -> handed.seen = io.opentelemetry.context.Context.current().get(Keys.OPEN_TELEMETRY);
        return handed.run(io.opentelemetry.context.Context.current().wrap(task));
    }

    @Benchmark
    public @Nullable String openTelemetryOther(Handed handed, Peers.OpenTelemetryCurrent set) {
        Runnable task = () -> handed.seen = io.opentelemetry.context.Context.current().get(Keys.OPEN_TELEMETRY);
        return handed.run(othersOfOpenTelemetry.wrap(task));
    }

    @Benchmark
    public @Nullable String grpc(Handed handed, Peers.GrpcCurrent set) {
        Runnable task = () -> handed.seen = Keys.GRPC.get();
        return handed.run(io.grpc.Context.current().wrap(task));
    }

    @Benchmark
    public @Nullable String micrometerOne(Handed handed, Peers.MicrometerOne peer) {
        return micrometer(handed, peer);
    }

    @Benchmark
    public @Nullable String micrometerFive(Handed handed, Peers.MicrometerFive peer) {
        return micrometer(handed, peer);
    }

    @Benchmark
    public @Nullable String micrometerFiveClearing(Handed handed, Peers.MicrometerFiveClearing peer) {
        return micrometer(handed, peer);
    }

    private static @Nullable String micrometer(Handed handed, Peers.Micrometer peer) {
        Runnable task = () -> handed.seen = Peers.Micrometer.USER.get();
        return handed.run(peer.snapshots.captureAll().wrap(task));
    }

    @Benchmark
    public @Nullable String transmittableOne(Handed handed, Peers.TtlOne set) {
        return transmittable(handed);
    }

    @Benchmark
    public @Nullable String transmittableFive(Handed handed, Peers.TtlFive set) {
        return transmittable(handed);
    }

    private static @Nullable String transmittable(Handed handed) {
        return handed.run(Objects.requireNonNull(TtlRunnable.get(() -> handed.seen = Peers.Ttl.USER.get())));
    }

    @Benchmark
    public @Nullable String carrel(Handed handed) {
        Runnable task = () -> handed.seen = Context.current().get(Keys.CARREL);
        return handed.run(Context.current().wrap(task));
    }

    @Benchmark
    public @Nullable String carrelOther(Handed handed) {
        Runnable task = () -> handed.seen = Context.current().get(Keys.CARREL);
        return handed.run(others.wrap(task));
    }
}
