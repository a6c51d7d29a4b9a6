package dev.carrel.tck.context;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeoutException;

/** Starts the threads in the middle of another user's work. */
final class StartedAmidst implements Subject {
    private final ThreadFactory factory;
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

    StartedAmidst(ThreadFactory factory) {
        this.factory = factory;
    }

    @Override
    public Handed start(Callable<Object> task, Duration limit) {
        Thread thread = factory.newThread(ExecutorHops.runnable(task));
        threads.add(thread);
        Asker.BOB.context().run(thread::start);
        return new Handed() {
            private boolean asked;

            @Override
            public void await() throws Exception {
                if (!thread.join(limit)) {
                    throw new TimeoutException("the thread did not end within " + limit);
                }
                if (asked) {
                    throw new InterruptedException("the thread was interrupted");
                }
            }

            @Override
            public void cancel() {
                asked = true;
                thread.interrupt();
            }
        };
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
