package dev.carrel.tck.context;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Pools of one worker, and what was put around them. */
final class Pools {
    private static final Map<ExecutorService, Executor> INSIDE = Collections.synchronizedMap(new WeakHashMap<>());

    static final ThreadFactory THREADS = Thread.ofPlatform().name("context-tck-", 0)
            .inheritInheritableThreadLocals(false).uncaughtExceptionHandler(Pools::uncaught).factory();

    private Pools() {}

    static ExecutorService wrap(WrappedExecutorContract contract, BlockingQueue<Runnable> queue,
            RejectedExecutionHandler full) {
        var plain = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, queue, contract.threads(), full);
        ExecutorService wrapped = contract.wrap(plain);
        INSIDE.put(wrapped, plain);
        return wrapped;
    }

    /** A pool of one worker that knows nothing of contexts. */
    static ExecutorService plain(Subject.Setting setting) {
        return new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
                setting == Subject.Setting.ROOMY ? new LinkedBlockingQueue<>() : new LinkedBlockingQueue<>(1), THREADS,
                setting == Subject.Setting.CALLER_RUNS
                        ? new ThreadPoolExecutor.CallerRunsPolicy()
                        : new ThreadPoolExecutor.AbortPolicy());
    }

    static Optional<Executor> inside(ExecutorService wrapped) {
        return Optional.ofNullable(INSIDE.get(wrapped));
    }

    /** A task's failure kills a worker that nobody waits for; those of the kit are no news. */
    private static void uncaught(Thread thread, Throwable failure) {
        if (!(failure instanceof Probe.Failure)) {
            System.getLogger(Pools.class.getName()).log(System.Logger.Level.ERROR,
                    "a task failed on " + thread.getName(), failure);
        }
    }
}
