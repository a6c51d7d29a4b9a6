package dev.carrel.app;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Cancellation;
import dev.carrel.id.NodeId;
import dev.carrel.session.store.LeaseStore;
import dev.carrel.time.TimeSource;

/** Where the work of one node that wants one lease waits: in order, and only the first asks the store. Thread-safe. */
final class Gate {
    private static final long SHORTEST = 20;
    private static final long LONGEST = 500;

    private final TimeSource time;
    private final ArrayDeque<CompletableFuture<Boolean>> queue = new ArrayDeque<>();
    private boolean taken;
    /** How many are here; changed only inside the map's own lock. */
    private int present;

    Gate(TimeSource time) {
        this.time = time;
    }

    Gate joined() {
        present++;
        return this;
    }

    /** Null once nobody is here. */
    @Nullable
    Gate left() {
        present--;
        return present == 0 ? null : this;
    }

    /** Waits until it is this one's turn; false if it is not by then. */
    boolean enter(long until) throws InterruptedException {
        var turn = new CompletableFuture<Boolean>();
        synchronized (this) {
            if (!taken) {
                taken = true;
                return true;
            }
            queue.addLast(turn);
        }
        try {
            await(turn, until);
            // Whoever completes it first: this one gives up, or whoever leaves hands over.
            return !turn.complete(false) && turn.join();
        } catch (Throwable e) {
            if (!turn.complete(false) && turn.join()) {
                leave();
            }
            throw e;
        } finally {
            synchronized (this) {
                queue.removeIf(waiting -> waiting == turn);
            }
        }
    }

    /** Lets the next one in. */
    synchronized void leave() {
        for (var next = queue.pollFirst(); next != null; next = queue.pollFirst()) {
            if (next.complete(true)) {
                return;
            }
        }
        taken = false;
    }

    /** Asks the store for the lease, again and again, with growing pauses of uneven length. */
    LeaseStore.Lease acquire(LeaseStore store, String name, String node, long until) throws InterruptedException {
        // Each guard is a holder of its own: to the store, the same holder again is a renewal.
        String holder = node + "/" + NodeId.random().text();
        long pause = SHORTEST;
        while (true) {
            Cancellation.current().throwIfRequested();
            Optional<LeaseStore.Lease> lease = store.acquire(name, holder, Leases.LEASE);
            if (lease.isPresent()) {
                return lease.get();
            }
            long now = time.nanoTime();
            if (until - now <= 0) {
                throw Leases.busy();
            }
            long uneven = Duration.ofMillis(ThreadLocalRandom.current().nextLong(pause / 2, pause + 1)).toNanos();
            await(new CompletableFuture<>(), now + Math.min(uneven, until - now));
            pause = Math.min(LONGEST, pause * 2);
        }
    }

    /** Waits until it is complete, or the moment has come, or the running work is cancelled, which it throws. */
    private void await(CompletableFuture<Boolean> done, long until) throws InterruptedException {
        var wakeUp = new CompletableFuture<@Nullable Void>();
        var unused = done.thenRun(() -> wakeUp.complete(null));
        Cancellation cancellation = Cancellation.current();
        TimeSource.Timer timer = time.after(Duration.ofNanos(Math.max(0, until - time.nanoTime())),
                () -> wakeUp.complete(null));
        Cancellation.Registration stop = cancellation.onRequest(() -> wakeUp.complete(null));
        try {
            wakeUp.get();
        } catch (ExecutionException e) {
            throw new AssertionError("nobody completes it so", e);
        } finally {
            stop.close();
            timer.cancel();
        }
        cancellation.throwIfRequested();
    }
}
