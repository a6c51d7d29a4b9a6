package dev.carrel.tck.context;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * {@link ExecutorContract} for what is put around another executor: the kit makes the pools inside, with a bound or
 * without, and so can look at their workers between tasks.
 */
public interface WrappedExecutorContract extends ExecutorContract {
    /** The thing under test, around {@code plain}. */
    ExecutorService wrap(ExecutorService plain);

    /** What makes the threads of the pools inside; the thing under test may be one. */
    default ThreadFactory threads() {
        return Pools.THREADS;
    }

    @Override
    default ExecutorService executor() {
        return Pools.wrap(this, new LinkedBlockingQueue<>(), new ThreadPoolExecutor.AbortPolicy());
    }

    @Override
    default ExecutorService bounded() {
        return Pools.wrap(this, new LinkedBlockingQueue<>(1), new ThreadPoolExecutor.AbortPolicy());
    }

    @Override
    default ExecutorService callerRuns() {
        return Pools.wrap(this, new LinkedBlockingQueue<>(1), new ThreadPoolExecutor.CallerRunsPolicy());
    }

    @Override
    default Optional<Executor> beneath(ExecutorService executor) {
        return Pools.inside(executor);
    }
}
