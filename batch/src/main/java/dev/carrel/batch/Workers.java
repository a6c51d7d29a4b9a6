package dev.carrel.batch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A fixed number of platform threads that take batches. One that hangs is given up and replaced, up to a bound, since its
 * thread and whatever it holds cannot be taken back; one whose model threw an Error makes room for a fresh one. Thread-safe.
 */
final class Workers {
    /** What a worker does. */
    interface Work {
        /** Makes what it needs, first of all. */
        void setup() throws Exception;

        /** Does one batch. */
        After next() throws InterruptedException;

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

    private final String name;
    private final int maxAbandoned;
    private final Work work;
    private final Set<Thread> working = new HashSet<>();
    private int numbers;
    /** Threads that were given up and have not come back. */
    private int abandoned;
    /** Of those, how many nobody replaces. */
    private int missing;

    Workers(String name, int maxAbandoned, Work work) {
        this.name = name;
        this.maxAbandoned = maxAbandoned;
        this.work = work;
    }

    /**
     * Starts so many, and waits until each is set up.
     *
     * @throws IllegalStateException if one could not be
     */
    void start(int count) {
        List<CompletableFuture<Void>> started = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            started.add(start());
        }
        try {
            started.forEach(CompletableFuture::join);
        } catch (CompletionException e) {
            throw new IllegalStateException("\"" + name + "\" could not be set up: " + e.getCause(), e.getCause());
        }
    }

    private synchronized CompletableFuture<Void> start() {
        var ready = new CompletableFuture<Void>();
        Thread thread = Thread.ofPlatform().daemon().name("batch-" + name + "-" + numbers++)
                .inheritInheritableThreadLocals(false).unstarted(() -> loop(ready));
        working.add(thread);
        thread.start();
        return ready;
    }

    private void loop(CompletableFuture<Void> ready) {
        After after = After.ON;
        try {
            work.setup();
            ready.complete(null);
            while (after == After.ON) {
                after = work.next();
            }
        } catch (Throwable thrown) {
            // Only the set-up throws anything: a batch's failure is told to its callers, and nobody interrupts a worker that waits.
            after = After.BROKEN;
            ready.completeExceptionally(thrown);
        } finally {
            synchronized (this) {
                working.remove(Thread.currentThread());
                if (after == After.REPLACED) {
                    CompletableFuture<Void> unused = start();
                } else if (after == After.BROKEN) {
                    missing++;
                }
            }
        }
        if (after == After.BROKEN) {
            work.lost();
        }
    }

    /** This worker hangs; another takes its place, unless too many do. */
    void abandon(Thread worker) {
        synchronized (this) {
            working.remove(worker);
            abandoned++;
            if (abandoned <= maxAbandoned) {
                CompletableFuture<Void> unused = start();
                return;
            }
            missing++;
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

    /** Waits until all have ended that were not given up, however often it is interrupted meanwhile. */
    void join() {
        boolean interrupted = false;
        for (List<Thread> left = left(); !left.isEmpty(); left = left()) {
            try {
                left.getFirst().join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized List<Thread> left() {
        return new ArrayList<>(working);
    }
}
