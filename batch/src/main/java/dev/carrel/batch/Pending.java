package dev.carrel.batch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

import org.jspecify.annotations.Nullable;

/** An item and whoever waits for it, from the queue to its one outcome. Thread-safe. */
final class Pending<I, O> {
    private final Item<I> item;
    private final String tenant;
    private final long since;
    private final long cost;
    private final @Nullable Object kin;
    private final CompletableFuture<Outcome<O>> outcome = new CompletableFuture<>();

    /**
     * @param since when it came, by the batcher's monotonic clock
     * @param kin what it may run together with: others of an equal one
     */
    Pending(Item<I> item, String tenant, long since, long cost, @Nullable Object kin) {
        this.item = item;
        this.tenant = tenant;
        this.since = since;
        this.cost = cost;
        this.kin = kin;
    }

    Item<I> item() {
        return item;
    }

    String tenant() {
        return tenant;
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

    /** Gives it this outcome, unless it has one. */
    void finish(Outcome<O> how) {
        outcome.complete(how);
    }

    /** Whether it has its outcome: nobody waits for it any more. */
    boolean finished() {
        return outcome.isDone();
    }

    Outcome<O> await() throws InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("an outcome is always completed normally", e);
        }
    }
}
