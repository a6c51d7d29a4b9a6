package dev.carrel.batch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A fixed number of platform threads that take batches. One that hangs is given up and replaced, up to a bound, since its
 * thread and whatever it holds cannot be taken back; one whose model threw an Error makes room for a fresh one. Thread-safe.
 */
final class Workers {
    /** What a worker does again and again; false once there is nothing to do any more, or the thread is to make room. */
    interface Work {
        /** One batch. */
        After next() throws InterruptedException;
    }

    /** How a worker goes on after a batch. */
    enum After {
        /** With the next. */
        ON,
        /** Not at all: another takes its place. */
        REPLACED,
        /** Not at all: there is nothing more to come. */
        END
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

    synchronized void start(int count) {
        for (int i = 0; i < count; i++) {
            start();
        }
    }

    private synchronized void start() {
        Thread thread = Thread.ofPlatform().daemon().name("batch-" + name + "-" + numbers++)
                .inheritInheritableThreadLocals(false).unstarted(this::loop);
        working.add(thread);
        thread.start();
    }

    private void loop() {
        After after = After.ON;
        try {
            while (after == After.ON) {
                after = work.next();
            }
        } catch (InterruptedException nobodyInterruptsAWorkerThatWaits) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                working.remove(Thread.currentThread());
                if (after == After.REPLACED) {
                    start();
                }
            }
        }
    }

    /** This worker hangs; another takes its place, unless too many do. */
    synchronized void abandon(Thread worker) {
        working.remove(worker);
        abandoned++;
        if (abandoned <= maxAbandoned) {
            start();
        } else {
            missing++;
        }
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
