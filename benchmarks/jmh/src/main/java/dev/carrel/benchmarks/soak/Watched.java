package dev.carrel.benchmarks.soak;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;

/** Pools that count how often a worker was not at the root before a task or after it. */
final class Watched {
    private final LongAdder strays = new LongAdder();

    /** How often. */
    long strays() {
        return strays.sum();
    }

    void look() {
        if (!Context.current().isRoot()) {
            strays.increment();
        }
    }

    private static ThreadFactory named(String name) {
        return Thread.ofPlatform().daemon().name(name, 0).inheritInheritableThreadLocals(false).factory();
    }

    /** A pool that lets the caller run what does not fit into it. */
    ThreadPoolExecutor pool(String name, int threads, int queue) {
        return new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue),
                named(name), new ThreadPoolExecutor.CallerRunsPolicy()) {
            @Override
            protected void beforeExecute(Thread thread, Runnable task) {
                look();
            }

            @Override
            protected void afterExecute(Runnable task, @Nullable Throwable failure) {
                look();
            }
        };
    }

    /** A scheduler. */
    ScheduledThreadPoolExecutor scheduler(String name, int threads) {
        return new ScheduledThreadPoolExecutor(threads, named(name)) {
            @Override
            protected void beforeExecute(Thread thread, Runnable task) {
                look();
            }

            @Override
            protected void afterExecute(Runnable task, @Nullable Throwable failure) {
                super.afterExecute(task, failure);
                look();
            }
        };
    }
}
