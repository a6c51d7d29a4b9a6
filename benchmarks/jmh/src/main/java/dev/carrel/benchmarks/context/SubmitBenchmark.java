package dev.carrel.benchmarks.context;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.alibaba.ttl.threadpool.TtlExecutors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import dev.carrel.context.Context;
import dev.carrel.pool.TaskPool;

/** A task that reads the user is submitted to a pool of two threads, and its result waited for. */
@State(Scope.Benchmark)
public class SubmitBenchmark {
    private final ExecutorService plain = Executors.newFixedThreadPool(2,
            Thread.ofPlatform().daemon().name("pool-", 0).inheritInheritableThreadLocals(false).factory());
    private final ExecutorService openTelemetry = io.opentelemetry.context.Context.taskWrapping(plain);
    private final ExecutorService transmittable = TtlExecutors.getTtlExecutorService(plain);
    private final Scheduler reactor = Schedulers.fromExecutorService(plain);
    private final ExecutorService carrel = Context.propagating(plain);
    private final ExecutorService plainVirtual = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService carrelVirtual = Context.virtualThreads();
    private final TaskPool taskPool = pool("untraced", false);
    private final TaskPool taskPoolTraced = pool("traced", true);

    private static TaskPool pool(String name, boolean traces) {
        return TaskPool.builder(name).platform().concurrency(2).submitTraces(traces).build();
    }

    /** Called by JMH. */
    @TearDown
    public void close() {
        plain.shutdownNow();
        plainVirtual.shutdownNow();
        carrelVirtual.shutdownNow();
        taskPool.shutdownNow();
        taskPoolTraced.shutdownNow();
    }

    /** Nothing is carried: what the pool itself costs. */
    @Benchmark
    public String nothing() throws ExecutionException, InterruptedException {
        Five captured = Five.VALUE;
        return plain.submit(captured::user).get();
    }

    @Benchmark
    public String scopedValue() throws ExecutionException, InterruptedException {
        Five captured = Five.SCOPED_VALUE.get();
        return plain.submit(() -> ScopedValue.where(Five.SCOPED_VALUE, captured)
                .call(() -> Five.SCOPED_VALUE.get().user())).get();
    }

    @Benchmark
    public @Nullable String openTelemetry(Peers.OpenTelemetryCurrent set)
            throws ExecutionException, InterruptedException {
        return openTelemetry.submit(() -> io.opentelemetry.context.Context.current().get(Keys.OPEN_TELEMETRY)).get();
    }

    @Benchmark
    public String grpc(Peers.GrpcCurrent set) throws ExecutionException, InterruptedException {
        return plain.submit(io.grpc.Context.current().wrap(() -> Keys.GRPC.get())).get();
    }

    @Benchmark
    public @Nullable String reactor() {
        return Mono.deferContextual(view -> Mono.just(view.<String>get(Keys.REACTOR))).subscribeOn(reactor)
                .contextWrite(Filled.OfReactor.CONTEXT).block();
    }

    @Benchmark
    public String micrometerFive(Peers.MicrometerFive peer) throws ExecutionException, InterruptedException {
        return plain.submit(peer.snapshots.captureAll().wrap(() -> Peers.Micrometer.USER.get())).get();
    }

    @Benchmark
    public String transmittableFive(Peers.TtlFive peer) throws ExecutionException, InterruptedException {
        return transmittable.submit(() -> Peers.Ttl.USER.get()).get();
    }

    @Benchmark
    public String carrel() throws ExecutionException, InterruptedException {
        return carrel.submit(() -> Context.current().get(Keys.CARREL)).get();
    }

    @Benchmark
    public String nothingOnVirtualThreads() throws ExecutionException, InterruptedException {
        Five captured = Five.VALUE;
        return plainVirtual.submit(captured::user).get();
    }

    @Benchmark
    public String carrelOnVirtualThreads() throws ExecutionException, InterruptedException {
        return carrelVirtual.submit(() -> Context.current().get(Keys.CARREL)).get();
    }

    @Benchmark
    public String taskPool() throws ExecutionException, InterruptedException {
        return taskPool.submit(() -> Context.current().get(Keys.CARREL)).get();
    }

    @Benchmark
    public String taskPoolTraced() throws ExecutionException, InterruptedException {
        return taskPoolTraced.submit(() -> Context.current().get(Keys.CARREL)).get();
    }
}
