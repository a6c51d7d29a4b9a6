package dev.carrel.benchmarks.context;

import java.lang.management.ManagementFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The executor whose threads JMH measures on. Each lives inside the bindings of the raw scoped values and of Carrel, so
 * that a row reads them as application code does, with no binding in what is measured. What is thread-local is set by the
 * rows themselves. With {@code carrel.benchmark.bound=false} the threads are at the root, as a pool's workers are.
 */
public final class Worker extends ThreadPoolExecutor {
    private static final Queue<Thread> THREADS = new ConcurrentLinkedQueue<>();

    /** Called by JMH, by reflection. */
    public Worker(int threads, String prefix) {
        super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> thread(prefix, bound(task)));
    }

    /** A thread whose time on a processor counts. */
    static Thread thread(String name, Runnable body) {
        Thread thread = Thread.ofPlatform().daemon().name(name).inheritInheritableThreadLocals(false).unstarted(body);
        THREADS.add(thread);
        return thread;
    }

    private static Runnable bound(Runnable task) {
        if (!Boolean.parseBoolean(System.getProperty("carrel.benchmark.bound", "true"))) {
            return task;
        }
        return () -> ScopedValue.where(Five.SCOPED_VALUE, Five.VALUE)
                .where(Filled.ByHand.SCOPED_VALUE, Filled.ByHand.VALUES)
                .run(() -> Filled.OfCarrel.CONTEXT.run(task));
    }

    /** How long all of these threads have been on a processor, in nanoseconds. */
    static long processorNanos() {
        var bean = ManagementFactory.getThreadMXBean();
        return THREADS.stream().mapToLong(thread -> Math.max(0, bean.getThreadCpuTime(thread.threadId()))).sum();
    }
}
