package dev.carrel.batch;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.FailedException;
import dev.carrel.time.TimeSource;

/**
 * Has the model run a batch, checks what it makes, and answers each item; a batch that fails as a whole is run again in halves,
 * if that may be. Thread-safe.
 */
final class BatchRunner<I, O> {
    /** How many runs that repeat another may follow each other, and how many of them a batch earns. */
    private static final int REPEATS = 64;
    private static final double EARNED = 0.5;

    private final String name;
    private final BatcherBuilder<I, O> settings;
    private final TimeSource time;
    private final Workers workers;
    private final Pace pace;
    private final Observers observers;
    private final AtomicLong batches = new AtomicLong();
    private double repeats = REPEATS;

    BatchRunner(BatcherBuilder<I, O> settings, Workers workers, Pace pace, Observers observers) {
        this.settings = settings;
        this.workers = workers;
        this.pace = pace;
        this.observers = observers;
        name = settings.name;
        time = settings.time;
    }

    /** Runs it on the calling thread, a worker of these, within its limit; how that worker goes on. */
    Workers.After run(List<Pending<I, O>> wanted, Dispatch dispatch) {
        var running = new RunningBatch<>(name, wanted);
        Duration limit = settings.limit;
        TimeSource.Timer timer = limit == null ? () -> {} : time.after(limit, () -> running.late(workers));
        boolean sound = false;
        boolean inTime;
        try {
            sound = running.run(() -> run(running, wanted, dispatch));
        } finally {
            // Whatever came of it: a timer that is left would give up a thread that is in another batch.
            timer.cancel();
            inTime = running.end();
        }
        if (!inTime) {
            return workers.back() ? Workers.After.ON : Workers.After.END;
        }
        return sound ? Workers.After.ON : Workers.After.REPLACED;
    }

    FailedException failed() {
        return new FailedException("\"" + name + "\" failed.", null);
    }

    /** Those for which somebody still waits, and has asked nothing else meanwhile. */
    static <I, O> List<Pending<I, O>> wanted(List<Pending<I, O>> batch) {
        for (Pending<I, O> each : batch) {
            if (each.item().cancellation().requested()) {
                each.finish(each.item().cancelled());
            }
        }
        return batch.stream().filter(each -> !each.finished()).toList();
    }

    /** Runs it, and answers; false if the model threw an Error. */
    private boolean run(RunningBatch<I, O> running, List<Pending<I, O>> batch, Dispatch dispatch) {
        List<Item<I>> items = batch.stream().map(Pending::item).toList();
        Map<Item<?>, Outcome<O>> outcomes = new HashMap<>();
        @Nullable
        Throwable failure = null;
        long began = time.nanoTime();
        try {
            check(items, settings.model.run(items), outcomes);
        } catch (Throwable thrown) {
            // An Error too: a worker that died here would leave its callers, and all later ones, waiting for ever.
            failure = thrown;
        }
        long took = time.nanoTime() - began;
        long cost = Gathering.cost(batch);
        // What was called off in the middle took less time than it takes.
        if (failure == null && !running.givenUp()
                && outcomes.values().stream().noneMatch(Outcome.Cancelled.class::isInstance)) {
            pace.learn(cost, took, time.nanoTime());
        }
        long number = batches.incrementAndGet();
        if (!observers.none()) {
            observers.ran(record(number, batch, dispatch, cost, began, took, failure));
        }
        if (failure == null) {
            batch.forEach(each -> each.finish(Objects.requireNonNull(outcomes.get(each.item()))));
            earn();
            return true;
        }
        boolean sound = !(failure instanceof Error);
        if (batch.size() > 1 && settings.repeatable && sound && mayRepeat() && !running.givenUp()) {
            return halves(running, batch);
        }
        for (Pending<I, O> each : batch) {
            // Of a batch that failed as a whole a caller hears nothing but that: its text may hold any neighbour's data.
            each.finish(each.item().failed(failed()));
        }
        return sound;
    }

    private BatchRecord record(long number, List<Pending<I, O>> batch, Dispatch dispatch, long cost, long began,
            long took,
            @Nullable Throwable failure) {
        Pending<I, O> first = batch.getFirst();
        long assembled = dispatch == Dispatch.RETRY ? 0 : began - first.takenAt();
        return new BatchRecord(name, number, batch.stream().map(each -> each.item().context()).toList(),
                batch.stream().map(each -> Duration.ofNanos(each.takenAt() - each.since())).toList(), dispatch, cost,
                Duration.ofNanos(began - first.since()), Duration.ofNanos(assembled), Duration.ofNanos(took), failure);
    }

    private boolean halves(RunningBatch<I, O> running, List<Pending<I, O>> batch) {
        int middle = batch.size() / 2;
        boolean sound = true;
        for (List<Pending<I, O>> half : List.of(batch.subList(0, middle), batch.subList(middle, batch.size()))) {
            List<Pending<I, O>> wanted = wanted(half);
            if (!wanted.isEmpty()) {
                sound &= run(running, wanted, Dispatch.RETRY);
            }
        }
        return sound;
    }

    /** That the model made one outcome of each item; gathers them by their items. */
    static <I, O> void check(List<Item<I>> items, List<Outcome<O>> made, Map<Item<?>, Outcome<O>> outcomes) {
        for (Outcome<O> outcome : made) {
            if (outcomes.put(outcome.item(), outcome) != null) {
                throw new IllegalStateException("the model made two outcomes of one item");
            }
        }
        if (outcomes.size() != items.size() || !outcomes.keySet().containsAll(items)) {
            throw new IllegalStateException("the model made outcomes of " + outcomes.size() + " items, of "
                    + items.size() + " that it was given");
        }
    }

    private synchronized void earn() {
        repeats = Math.min(REPEATS, repeats + EARNED);
    }

    /** Takes two repeats from the budget, if there are any: a model that is down altogether is not asked again and again. */
    private synchronized boolean mayRepeat() {
        if (repeats < 2) {
            return false;
        }
        repeats -= 2;
        return true;
    }
}
