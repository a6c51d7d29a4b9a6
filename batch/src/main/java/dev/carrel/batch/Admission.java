package dev.carrel.batch;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

import dev.carrel.context.Deadline;
import dev.carrel.error.CarrelException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.queue.FairQueue;

/** Whether what callers ask comes into the queue of a batcher: what could not be done in time is refused at once. Thread-safe. */
final class Admission<I, O> {
    static final Duration SOON = Duration.ofSeconds(1);

    private final BatcherBuilder<I, O> settings;
    private final FairQueue<Pending<I, O>> queue;
    private final Workers workers;
    private final Pace pace;
    private final LongSupplier maxCost;
    private final Observers observers;
    private volatile boolean closed;

    /** @param maxCost how much may run together now */
    Admission(BatcherBuilder<I, O> settings, FairQueue<Pending<I, O>> queue, Workers workers, Pace pace,
            LongSupplier maxCost, Observers observers) {
        this.settings = settings;
        this.queue = queue;
        this.workers = workers;
        this.pace = pace;
        this.maxCost = maxCost;
        this.observers = observers;
    }

    /**
     * Puts these into the queue.
     *
     * @throws OverloadedException if there is no room, or the first of them could not be answered before its deadline
     * @throws UnavailableException if it is closed, or all workers hang
     */
    void admit(List<Pending<I, O>> all) {
        if (all.isEmpty()) {
            return;
        }
        if (all.size() > settings.maxWaiting) {
            throw InvalidInputException
                    .malformed("\"" + settings.name + "\" takes at most " + settings.maxWaiting + " at once.");
        }
        if (closed) {
            throw refused(all, Refusal.CLOSED, closed());
        }
        if (workers.working() == 0) {
            throw refused(all, Refusal.DOWN, down());
        }
        Pending<I, O> first = all.getFirst();
        Optional<Deadline> deadline = first.item().context().deadline();
        if (deadline.isPresent()) {
            Duration needed = needed(all).orElse(Duration.ZERO);
            if (needed.compareTo(deadline.get().remaining()) > 0) {
                throw refused(all, Refusal.TOO_LATE,
                        new OverloadedException("\"" + settings.name + "\" could not answer in time.",
                                atLeastSoon(needed)));
            }
        }
        if (!queue.offerAll(first.flow(), all)) {
            if (closed) {
                throw refused(all, Refusal.CLOSED, closed());
            }
            throw refused(all, Refusal.QUEUE_FULL,
                    new OverloadedException("\"" + settings.name + "\" has more to do than it can take on.",
                            atLeastSoon(needed(all).orElse(SOON))));
        }
        refuseUnlessAnybodyWorks();
    }

    private <E extends CarrelException> E refused(List<Pending<I, O>> all, Refusal reason, E why) {
        all.forEach(each -> observers.refused(settings.name, each.item().context(), reason));
        return why;
    }

    /** What those are told who ask once it is closed. */
    UnavailableException closed() {
        return new UnavailableException("\"" + settings.name + "\" is closed.");
    }

    private UnavailableException down() {
        return new UnavailableException("\"" + settings.name + "\" does not answer.");
    }

    /** What waits for workers that all hang need not wait. */
    void refuseUnlessAnybodyWorks() {
        while (workers.working() == 0) {
            Optional<Pending<I, O>> next = queue.poll();
            if (next.isEmpty()) {
                return;
            }
            next.get().finish(next.get().item().failed(down()));
            next.get().release();
        }
    }

    /** How long it takes at least until these would be answered if they came now; empty if nothing is known yet. */
    private Optional<Duration> needed(List<Pending<I, O>> all) {
        Pending<I, O> last = all.getLast();
        Optional<Duration> own = pace.of(last.cost());
        if (own.isEmpty()) {
            return own;
        }
        FairQueue.Ahead ahead = queue.ahead(last.flow());
        Duration needed = before(ahead.elements() + all.size() - 1,
                ahead.cost() + all.stream().mapToLong(Pending::cost).sum() - last.cost()).plus(own.get());
        // If nothing has run for so long there is nothing to go by any more: the next call shows how it is now.
        return pace.age(settings.time.nanoTime()) > needed.toNanos() ? Optional.empty() : Optional.of(needed);
    }

    /**
     * How long it takes at least until so many are answered that cost so much together: whole batches of them, and none of the
     * padding. Rather too little than too much, as nobody may be refused without need.
     */
    private Duration before(int items, long cost) {
        // One that costs more than a batch may has a batch of its own, not several.
        long batches = Math.min(items, Math.max(items / settings.maxItems, cost / maxCost.getAsLong()));
        if (batches == 0) {
            return Duration.ZERO;
        }
        double most = Math.min((double) cost / batches, (double) cost / items * settings.maxItems);
        return pace.of((long) most).orElse(Duration.ZERO).multipliedBy(batches / settings.workers);
    }

    private static Duration atLeastSoon(Duration duration) {
        return duration.compareTo(SOON) < 0 ? SOON : duration;
    }

    boolean isClosed() {
        return closed;
    }

    /** Lets nothing more in; what waits can still be taken. */
    void close() {
        closed = true;
        queue.close();
    }
}
