package dev.carrel.pool;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The threads of a pool; how many of them there are at once is the business of {@link Slots}. Virtual ones serve one task
 * each; platform ones are kept for the next. Both are daemons, so that a task which does not stop cannot keep the process
 * from ending, and inherit no thread-locals. Thread-safe.
 */
final class Workers implements Executor {
    private static final long KEPT_SECONDS = 30;

    private final ThreadFactory factory;
    private final @Nullable ThreadPoolExecutor kept;

    Workers(Settings settings) {
        String prefix = "carrel-" + settings.name() + "-";
        factory = settings.virtual()
                ? Thread.ofVirtual().name(prefix, 0).inheritInheritableThreadLocals(false).factory()
                : Thread.ofPlatform().daemon().name(prefix, 0).inheritInheritableThreadLocals(false).factory();
        kept = settings.virtual()
                ? null
                : new ThreadPoolExecutor(0, Integer.MAX_VALUE, KEPT_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(),
                        factory);
    }

    /** Whether a worker takes the next task itself. */
    boolean kept() {
        return kept != null;
    }

    @Override
    public void execute(Runnable work) {
        if (kept != null) {
            kept.execute(work);
        } else {
            factory.newThread(work).start();
        }
    }

    /** A thread beside those of the slots. */
    Thread spare(Runnable work) {
        Thread thread = factory.newThread(work);
        thread.start();
        return thread;
    }

    /** Lets idle threads go; those in a task go when it ends. */
    void close() {
        if (kept != null) {
            kept.shutdown();
        }
    }
}
