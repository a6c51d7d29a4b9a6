package dev.carrel.batch;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import dev.carrel.time.TimeSource;

/**
 * A fixed number of platform threads that take batches. One that hangs is given up and replaced, up to a bound, since its
 * thread and whatever it holds cannot be taken back; one whose model threw an Error makes room for a fresh one. Thread-safe.
 */
final class Workers {
    private static final System.Logger LOG = System.getLogger(Batcher.class.getName());

    /** What a worker does. */
    interface Work {
        /** Makes what it needs, first of all. */
        void setup() throws Exception;

        /** Does one batch. */
        After next() throws InterruptedException;

        /** A worker has left the model for good, whatever became of it; the last it does before it is a worker no more. */
        void left();

        /** A worker is lost and nobody takes its place: there may be no other. */
        void lost();
    }

    /** How a worker goes on after a batch. */
    enum After {
        /** With the next. */
        ON,
        /** Not at all: another takes its place. */
        REPLACED,
        /** Not at all: there is nothing more to come. */
        END,
        /** Not at all: it could not even begin. */
        BROKEN
    }

    /** When it is tried again to have a worker that could not begin; twice as long after each failure. */
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATEST = Duration.ofMinutes(1);

    private final String name;
    private final int maxAbandoned;
    private final Work work;
    private final TimeSource time;
    private final Set<Thread> working = new HashSet<>();
    private int numbers;
    /** Threads that were given up and have not come back. */
    private int abandoned;
    /** Of those, how many nobody replaces. */
    private int missing;
    private Duration delay = SOON;
    private boolean closed;

    Workers(String name, int maxAbandoned, Work work, TimeSource time) {
        this.name = name;
        this.maxAbandoned = maxAbandoned;
        this.work = work;
        this.time = time;
    }

    /**
     * Starts so many, and waits until each is set up.
     *
     * @throws IllegalStateException if one could not be
     */
    void start(int count) {
        List<CompletableFuture<Void>> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            started.add(start(false));
        }
        try {
            started.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw new IllegalStateException("\"" + name + "\" could not be set up: " + e.getCause(), e.getCause());
        }
    }

    /** @param replacing whether it is tried again later if it cannot begin; those that come first must */
    private synchronized CompletableFuture<Void> start(boolean replacing) {
        var ready = new CompletableFuture<Void>();
        Thread thread = Thread.ofPlatform().daemon().name("batch-" + name + "-" + numbers++)
                .inheritInheritableThreadLocals(false).unstarted(() -> loop(ready, replacing));
        thread.start();
        working.add(thread);
        return ready;
    }

    private void loop(CompletableFuture<Void> ready, boolean replacing) {
        After after = After.BROKEN;
        try {
            work.setup();
            ready.complete(null);
            begun();
            after = After.ON;
            while (after == After.ON) {
                // If that throws, which nothing should, another takes its place.
                after = After.REPLACED;
                after = work.next();
            }
        } catch (Throwable thrown) {
            if (ready.completeExceptionally(thrown) || after == After.REPLACED) {
                LOG.log(Level.ERROR, "a worker of \"" + name + "\" has ended", thrown);
            }
        }
        work.left();
        boolean lost;
        synchronized (this) {
            working.remove(Thread.currentThread());
            notifyAll();
            lost = after == After.BROKEN || (after == After.REPLACED && !replaced());
            if (lost) {
                missing++;
                if (replacing || after == After.REPLACED) {
                    tryLater();
                }
            }
        }
        if (lost) {
            work.lost();
        }
    }

    private synchronized void begun() {
        delay = SOON;
    }

    /** There may be threads, or memory, or whatever the model needs to begin, again. */
    private synchronized void tryLater() {
        time.after(delay, this::tryAgain);
        Duration twice = delay.multipliedBy(2);
        delay = twice.compareTo(LATEST) > 0 ? LATEST : twice;
    }

    private synchronized void tryAgain() {
        // If none is missing, one that had been given up has taken the place.
        if (!closed && missing > 0) {
            missing--;
            if (!replaced()) {
                missing++;
                tryLater();
            }
        }
    }

    /** Starts another; false if there is no thread to be had. */
    private synchronized boolean replaced() {
        try {
            CompletableFuture<Void> unused = start(true);
            return true;
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "no worker of \"" + name + "\" could be started", e);
            return false;
        }
    }

    /** This worker hangs; another takes its place, unless too many do. */
    void abandon(Thread worker) {
        var here = new IllegalStateException("thread " + worker.getName() + " is here");
        here.setStackTrace(worker.getStackTrace());
        LOG.log(Level.WARNING, "a batch of \"" + name + "\" ran past its limit and is given up", here);
        synchronized (this) {
            working.remove(worker);
            notifyAll();
            abandoned++;
            boolean allowed = abandoned <= maxAbandoned;
            if (allowed && replaced()) {
                return;
            }
            missing++;
            if (allowed) {
                tryLater();
            }
        }
        work.lost();
    }

    /** The calling thread, which was given up, is back; whether it is a worker again. */
    synchronized boolean back() {
        abandoned--;
        if (missing == 0) {
            return false;
        }
        missing--;
        working.add(Thread.currentThread());
        return true;
    }

    /** Whether there are as many as there should be. */
    synchronized boolean complete() {
        return missing == 0;
    }

    synchronized int working() {
        return working.size();
    }

    synchronized int abandoned() {
        return abandoned;
    }

    /** Replaces none any more. Waits until all have ended that are not given up, however often it is interrupted meanwhile. */
    void join() {
        boolean interrupted = false;
        synchronized (this) {
            closed = true;
            while (!working.isEmpty()) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
