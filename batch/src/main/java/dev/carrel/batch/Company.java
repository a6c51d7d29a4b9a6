package dev.carrel.batch;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

import dev.carrel.context.Principal;
import dev.carrel.queue.FairQueue;
import dev.carrel.time.TimeSource;

/**
 * Waiting for more before a batch that is not full runs: within the window that its batcher has, or, in tests that ask for it,
 * until the items of several users are together. Thread-safe.
 */
final class Company<I, O> {
    /** How many users a batch should have; set by tests, see {@code carrel-test}. */
    private static final String USERS = "carrel.batch.users";
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

    private final BatcherBuilder<I, O> settings;
    private final FairQueue<Pending<I, O>> queue;
    private final long window;
    private final ReentrantLock turn = new ReentrantLock();
    private final int users = Integer.getInteger(USERS, 1);

    Company(BatcherBuilder<I, O> settings, FairQueue<Pending<I, O>> queue) {
        this.settings = settings;
        this.queue = queue;
        window = settings.window.toNanos();
    }

    /**
     * Fills the batch with what waits, on the thread of its worker, and waits for more if it should; it stays empty only if the
     * queue is closed.
     *
     * @return whether it waited for more
     */
    boolean gather(List<Pending<I, O>> batch, Gathering gathering) throws InterruptedException {
        if (window == 0 && users <= 1) {
            take(batch, gathering);
            return false;
        }
        // One worker at a time: two would take from each other the company that they wait for.
        turn.lockInterruptibly();
        try {
            take(batch, gathering);
            return !batch.isEmpty() && await(batch, gathering);
        } finally {
            turn.unlock();
        }
    }

    /** Among how many of a tenant's it looks for what fits in: of mixed lengths more do among twice as many as it takes. */
    private int depth() {
        return (int) Math.min(Integer.MAX_VALUE, 2L * settings.maxItems);
    }

    private void take(List<Pending<I, O>> batch, Gathering gathering) throws InterruptedException {
        batch.addAll(queue.take(settings.maxItems, depth(), gathering));
        long now = settings.time.nanoTime();
        batch.forEach(each -> each.take(now));
    }

    private boolean await(List<Pending<I, O>> batch, Gathering gathering) throws InterruptedException {
        boolean waited = false;
        long hurry = hurry(batch);
        for (long left = left(batch, hurry); left > 0 && gathering.open(); left = left(batch, hurry)) {
            waited = true;
            List<Pending<I, O>> more = more(settings.maxItems - batch.size(), gathering, Duration.ofNanos(left));
            if (more.isEmpty()) {
                break;
            }
            long now = settings.time.nanoTime();
            more.forEach(each -> each.take(now));
            batch.addAll(more);
            hurry = Math.min(hurry, hurry(more));
        }
        return waited;
    }

    /** What comes within that time and may join. */
    private List<Pending<I, O>> more(int most, Gathering gathering, Duration left) throws InterruptedException {
        var over = new AtomicBoolean();
        TimeSource.Timer timer = settings.time.after(left, () -> {
            over.set(true);
            queue.wake();
        });
        try {
            return queue.takeMore(most, depth(), gathering, over::get);
        } finally {
            timer.cancel();
        }
    }

    /** When the first of these should run for the sake of its deadline. */
    private long hurry(List<Pending<I, O>> some) {
        long shortest = some.stream().map(each -> each.item().context().deadline()).flatMap(Optional::stream)
                .mapToLong(deadline -> deadline.remaining().toNanos() / 2).min().orElse(Long.MAX_VALUE / 2);
        return settings.time.nanoTime() + shortest;
    }

    /** How many nanoseconds there are left to wait for more. */
    private long left(List<Pending<I, O>> batch, long hurry) {
        // A stream has waited for its first step; a window before each further one would hold it up again and again.
        long within = batch.stream().anyMatch(Pending::further) ? 0 : window;
        long waits = enoughUsers(batch) ? within : PATIENCE;
        return waits == 0 ? 0 : Math.min(batch.getFirst().since() + waits, hurry) - settings.time.nanoTime();
    }

    private boolean enoughUsers(List<Pending<I, O>> batch) {
        return users <= 1
                || batch.stream().map(each -> Principal.of(each.item().context())).distinct().count() >= users;
    }
}
