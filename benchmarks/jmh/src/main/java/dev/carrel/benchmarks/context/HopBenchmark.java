package dev.carrel.benchmarks.context;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;

import com.alibaba.ttl.TtlRunnable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import dev.carrel.context.Context;

/**
 * A hop as it is in a pool: where five values are current, a thread captures and wraps tasks; another thread, which is at
 * the root, runs them; each reads the user. Both threads' time counts. A thousand go over together, so that what a queue
 * and a wake-up cost is in no row.
 */
@State(Scope.Thread)
@OperationsPerInvocation(OtherThread.TASKS)
public class HopBenchmark {
    private static @Nullable String hop(OtherThread other, Runnable task, UnaryOperator<Runnable> wrap)
            throws ExecutionException, InterruptedException {
        for (int i = 0; i < OtherThread.TASKS; i++) {
            other.tasks[i] = wrap.apply(task);
        }
        return other.run();
    }

    /** A new object for each task, and nothing in it. */
    @Benchmark
    public @Nullable String nothing(OtherThread other) throws ExecutionException, InterruptedException {
        return hop(other, () -> other.seen = Five.VALUE.user(), task -> () -> task.run());
    }

    @Benchmark
    public @Nullable String threadLocal(OtherThread other, Peers.ThreadLocalsSet set)
            throws ExecutionException, InterruptedException {
        return hop(other, () -> other.seen = Five.THREAD_LOCAL.get().user(), task -> {
            Five captured = Five.THREAD_LOCAL.get();
            return () -> {
                Five.THREAD_LOCAL.set(captured);
                try {
                    task.run();
                } finally {
                    Five.THREAD_LOCAL.remove();
                }
            };
        });
    }

    @Benchmark
    public @Nullable String scopedValue(OtherThread other) throws ExecutionException, InterruptedException {
        return hop(other, () -> other.seen = Five.SCOPED_VALUE.get().user(), task -> {
            Five captured = Five.SCOPED_VALUE.get();
            return () -> ScopedValue.where(Five.SCOPED_VALUE, captured).run(task);
        });
    }

    @Benchmark
    public @Nullable String openTelemetry(OtherThread other, Peers.OpenTelemetryCurrent set)
            throws ExecutionException, InterruptedException {
        return hop(other,
                () -> other.seen = io.opentelemetry.context.Context.current().get(Keys.OPEN_TELEMETRY),
                task -> io.opentelemetry.context.Context.current().wrap(task));
    }

    @Benchmark
    public @Nullable String grpc(OtherThread other, Peers.GrpcCurrent set)
            throws ExecutionException, InterruptedException {
        return hop(other, () -> other.seen = Keys.GRPC.get(), task -> io.grpc.Context.current().wrap(task));
    }

    @Benchmark
    public @Nullable String micrometerOne(OtherThread other, Peers.MicrometerOne peer)
            throws ExecutionException, InterruptedException {
        return micrometer(other, peer);
    }

    @Benchmark
    public @Nullable String micrometerFive(OtherThread other, Peers.MicrometerFive peer)
            throws ExecutionException, InterruptedException {
        return micrometer(other, peer);
    }

    @Benchmark
    public @Nullable String micrometerFiveClearing(OtherThread other, Peers.MicrometerFiveClearing peer)
            throws ExecutionException, InterruptedException {
        return micrometer(other, peer);
    }

    private static @Nullable String micrometer(OtherThread other, Peers.Micrometer peer)
            throws ExecutionException, InterruptedException {
        return hop(other, () -> other.seen = Peers.Micrometer.USER.get(),
                task -> peer.snapshots.captureAll().wrap(task));
    }

    @Benchmark
    public @Nullable String transmittableOne(OtherThread other, Peers.TtlOne set)
            throws ExecutionException, InterruptedException {
        return transmittable(other);
    }

    @Benchmark
    public @Nullable String transmittableFive(OtherThread other, Peers.TtlFive set)
            throws ExecutionException, InterruptedException {
        return transmittable(other);
    }

    private static @Nullable String transmittable(OtherThread other) throws ExecutionException, InterruptedException {
        return hop(other, () -> other.seen = Peers.Ttl.USER.get(),
                task -> Objects.requireNonNull(TtlRunnable.get(task)));
    }

    @Benchmark
    public @Nullable String carrel(OtherThread other) throws ExecutionException, InterruptedException {
        return hop(other, () -> other.seen = Context.current().get(Keys.CARREL),
                task -> Context.current().wrap(task));
    }
}
