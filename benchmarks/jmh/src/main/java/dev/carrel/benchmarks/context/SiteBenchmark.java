package dev.carrel.benchmarks.context;

import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import dev.carrel.pool.PooledTask;
import dev.carrel.pool.TaskPool;

/**
 * What the submitting thread pays for knowing later where it submitted, so many frames deep. Only that thread's time
 * counts, not the pool's.
 */
@State(Scope.Benchmark)
@OperationsPerInvocation(SiteBenchmark.TASKS)
public class SiteBenchmark {
    /** How many are submitted together, before their results are asked for. */
    static final int TASKS = 500;

    private static final int FRAMES = Integer.getInteger("carrel.benchmark.frames", 50);
    private static final StackWalker WALKER = StackWalker.getInstance();

    private final TaskPool traced = pool("traced", true);
    private final TaskPool untraced = pool("untraced", false);

    private static TaskPool pool(String name, boolean traces) {
        return TaskPool.builder(name).platform().concurrency(2).queue(10_000).submitTraces(traces).build();
    }

    /** Called by JMH. */
    @TearDown
    public void close() {
        traced.close();
        untraced.close();
    }

    private static <T> List<T> deep(int frames, Supplier<T> body) {
        if (frames > 0) {
            return deep(frames - 1, body);
        }
        List<T> all = new ArrayList<>(TASKS);
        for (int i = 0; i < TASKS; i++) {
            all.add(body.get());
        }
        return all;
    }

    /** All frames, as an exception collects them. */
    @Benchmark
    public List<Throwable> throwable() {
        return deep(FRAMES, Throwable::new);
    }

    /** Eight frames, by themselves. */
    @Benchmark
    public List<List<StackFrame>> stackWalker() {
        return deep(FRAMES, () -> WALKER.walk(frames -> frames.limit(8).toList()));
    }

    @Benchmark
    public int withoutTraces() throws ExecutionException, InterruptedException {
        return submit(untraced);
    }

    @Benchmark
    public int carrel() throws ExecutionException, InterruptedException {
        return submit(traced);
    }

    private static int submit(TaskPool pool) throws ExecutionException, InterruptedException {
        int sum = 0;
        for (PooledTask<Integer> task : deep(FRAMES, () -> pool.submit(() -> 1))) {
            sum += task.get();
        }
        return sum;
    }
}
