package dev.carrel.batch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

/** An item and whoever waits for it, from the queue to its one outcome. Thread-safe. */
final class Pending<I, O> {
    /** Is told what becomes of it. */
    interface Watcher<O> {
        /** It has its outcome, which is told once. */
        void finished(Outcome<O> outcome);

        /** It has its outcome, and no worker has it in hand any more: later than {@link #finished} if its caller has left. */
        void released();

        /** For whom waiting for the outcome is enough. */
        static <O> Watcher<O> none() {
            return new Watcher<>() {
                @Override
                public void finished(Outcome<O> outcome) {}

                @Override
                public void released() {}
            };
        }
    }

    private final Item<I> item;
    private final String flow;
    private final long since;
    private final long cost;
    private final @Nullable Object kin;
    private final Watcher<O> watcher;
    private final CompletableFuture<Outcome<O>> outcome = new CompletableFuture<>();
    private boolean further;
    private volatile boolean taken;
    private long takenAt;

    /**
     * @param flow in which it waits, see {@link Flow}
     * @param since when it came, by the batcher's monotonic clock
     * @param kin what it may run together with: others of an equal one
     */
    Pending(Item<I> item, String flow, long since, long cost, @Nullable Object kin,
            Watcher<O> watcher) {
        this.item = item;
        this.flow = flow;
        this.since = since;
        this.cost = cost;
        this.kin = kin;
        this.watcher = watcher;
    }

    Item<I> item() {
        return item;
    }

    String flow() {
        return flow;
    }

    long since() {
        return since;
    }

    long cost() {
        return cost;
    }

    @Nullable
    Object kin() {
        return kin;
    }

    /** Whether it is a further step of its item, and not the first. */
    boolean further() {
        return further;
    }

    /** A worker has it in hand from now on, by the batcher's monotonic clock. */
    void take(long now) {
        takenAt = now;
        taken = true;
    }

    /** When a worker took it; for that worker's thread. */
    long takenAt() {
        return takenAt;
    }

    boolean taken() {
        return taken;
    }

    /** Gives it this outcome; false if it has one. */
    boolean finish(Outcome<O> how) {
        boolean first = outcome.complete(how);
        if (first) {
            watcher.finished(how);
        }
        return first;
    }

    /** Another of the same item, of which a worker has the last one no more in hand. */
    Pending<I, O> again(long now) {
        var next = new Pending<>(item, flow, now, cost, kin, watcher);
        next.further = true;
        return next;
    }

    /** It has its outcome, and no worker has it in hand any more. */
    void release() {
        watcher.released();
    }

    /** Whether it has its outcome: nobody waits for it any more. */
    boolean finished() {
        return outcome.isDone();
    }

    /** How it ended, if it has. */
    Ending ending() {
        return Ending.of(outcome.resultNow());
    }

    Outcome<O> await() throws InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an outcome is always completed normally", e);
        }
    }
}
