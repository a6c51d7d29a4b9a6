package dev.carrel.batch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/** An item and whoever waits for it, from the queue to its one outcome. Thread-safe. */
final class Pending<I, O> {
    private final Item<I> item;
    private final String tenant;
    private final long since;
    private final long cost;
    private final @Nullable Object kin;
    private final Consumer<Outcome<O>> released;
    private final CompletableFuture<Outcome<O>> outcome = new CompletableFuture<>();
    private volatile boolean taken;

    /**
     * @param since when it came, by the batcher's monotonic clock
     * @param kin what it may run together with: others of an equal one
     * @param released is told the outcome once no worker has it in hand any more, which may be later than its caller
     */
    Pending(Item<I> item, String tenant, long since, long cost, @Nullable Object kin,
            Consumer<Outcome<O>> released) {
        this.item = item;
        this.tenant = tenant;
        this.since = since;
        this.cost = cost;
        this.kin = kin;
        this.released = released;
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

    /** A worker has it in hand from now on. */
    void take() {
        taken = true;
    }

    boolean taken() {
        return taken;
    }

    /** Gives it this outcome; false if it has one. */
    boolean finish(Outcome<O> how) {
        return outcome.complete(how);
    }

    /** It has its outcome, and no worker has it in hand any more. */
    void release() {
        released.accept(outcome.join());
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
