package dev.carrel.benchmarks.context;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A thread at the root, where nothing is bound or set: what a pool's worker is. Each measuring thread has one. */
@State(Scope.Thread)
public class OtherThread {
    /** Enough that waking the other thread is nothing beside the tasks. */
    static final int TASKS = 1_000;

    /** What is handed over together. */
    final Runnable[] tasks = new Runnable[TASKS];
    /** What a task saw: written, so that reading it is no dead code. */
    @Nullable
    String seen;

    private final ExecutorService worker = Executors.newSingleThreadExecutor(body -> Worker.thread("other", body));

    /** Runs all tasks on the other thread. */
    final @Nullable String run() throws ExecutionException, InterruptedException {
        return worker.submit(() -> {
            for (Runnable task : tasks) {
                task.run();
            }
            return seen;
        }).get();
    }

    /** Called by JMH. */
    @TearDown
    public void close() {
        worker.shutdownNow();
    }
}
