package dev.carrel.batch;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.error.CancelledException;
import dev.carrel.error.CarrelException;
import dev.carrel.error.DeadlineException;
import dev.carrel.error.FailedException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.queue.FairQueue;
import dev.carrel.time.TimeSource;

/**
 * Gathers what many callers ask at once into batches. A worker that becomes free takes whatever waits, up to the limits:
 * there is no timer, so a lone caller waits for nobody.
 *
 * {@snippet :
 * Batcher<String, float[]> embedder = Batcher.of("embed", model).maxItems(32).start();
 *
 * float[] vector = embedder.call("When is my exam?"); // on the caller's thread, in the caller's context
 * }
 *
 * <ul>
 * <li><b>Apart.</b> Each item has its caller's context and gets an outcome of its own; the model runs in the root context.
 * Of a batch that fails as a whole a caller hears nothing but that. If the model is
 * {@linkplain BatcherBuilder#repeatable() repeatable}, the batch is run again in halves, so that only the culprit fails.
 * <li><b>In time.</b> Whoever is cancelled, out of time or interrupted is free at once: what waits leaves the queue and is
 * never computed, what runs is signalled by its {@link Item#cancellation()}. Who could not be answered before its deadline
 * is refused at once, by what earlier batches took.
 * <li><b>Fair.</b> The queue is bounded and serves tenants in turn, each first in first out; only to fill up a batch does an
 * item overtake a few of its tenant's that do not fit in.
 * <li><b>Alive.</b> A batch beyond its {@linkplain BatcherBuilder#limit limit} is answered and its thread replaced.
 * </ul>
 *
 * Thread-safe. Close it to let go of its threads; what waits then is still answered.
 *
 * @param <I> what callers ask
 * @param <O> what they are answered
 */
public final class Batcher<I, O> implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(1);
    /** How many runs that repeat another may follow each other, and how many of them a batch earns. */
    private static final int REPEATS = 64;
    private static final double EARNED = 0.5;

    private final String name;
    private final BatcherBuilder<I, O> settings;
    private final Consumer<BatchRecord> observer;
    private final TimeSource time;
    private final FairQueue<Pending<I, O>> queue;
    private final Workers workers;
    private final Pace pace = new Pace();
    private final AtomicLong batches = new AtomicLong();
    private double repeats = REPEATS;
    private volatile boolean closed;

    Batcher(BatcherBuilder<I, O> settings) {
        this.settings = settings;
        name = settings.name;
        observer = settings.observer;
        time = settings.time;
        queue = new FairQueue<>(settings.maxWaiting, settings.weight);
        workers = new Workers(name, settings.maxAbandoned, new Working());
        try {
            workers.start(settings.workers);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private final class Working implements Workers.Work {
        @Override
        public void setup() throws Exception {
            settings.model.setup();
        }

        @Override
        public Workers.After next() throws InterruptedException {
            return Batcher.this.next();
        }

        @Override
        public void lost() {
            refuseUnlessAnybodyWorks();
        }
    }

    /** A batcher of this name that runs this model; set what else there is to set, and start it. */
    public static <I, O> BatcherBuilder<I, O> of(String name, BatchModel<I, O> model) {
        return new BatcherBuilder<>(name, model);
    }

    /**
     * Has the input run in a batch, and waits for its outcome. A caller that is interrupted, cancelled or out of time leaves
     * the queue.
     *
     * @throws OverloadedException if the queue is full, or so long that this could not be answered before its deadline
     * @throws UnavailableException if the batcher is closed, or all of its workers hang
     * @throws DeadlineException if the deadline of the caller's context passes, or the batch takes longer than its limit
     * @throws CancelledException if the caller's work is cancelled
     * @throws CarrelException what the model made of this very item, or {@link FailedException} if the item or the whole
     *         batch failed otherwise
     */
    public O call(I input) throws InterruptedException {
        return call(input, new Attributes());
    }

    /**
     * As {@link #call(Object)}, with what was noted before.
     *
     * @param attributes those of this input alone; the model finds them on its {@link Item}
     */
    public O call(I input, Attributes attributes) throws InterruptedException {
        Context context = Context.current().across(Boundary.BATCH);
        Cancellation cancellation = context.cancellation();
        cancellation.throwIfRequested();
        var item = new Item<I>(Objects.requireNonNull(input, "input"), context,
                Objects.requireNonNull(attributes, "attributes"));
        var pending = new Pending<I, O>(item, BatcherBuilder.tenant(item), time.nanoTime(),
                Math.max(1, settings.cost.applyAsLong(input)), settings.kin.apply(item));
        Cancellation.Registration leaving = cancellation.onRequest(() -> leave(pending));
        try {
            admit(pending);
            return value(item, pending.await());
        } catch (InterruptedException e) {
            leave(pending);
            throw e;
        } finally {
            leaving.close();
        }
    }

    private void admit(Pending<I, O> pending) {
        if (closed) {
            throw new UnavailableException("\"" + name + "\" is closed.");
        }
        if (workers.working() == 0) {
            throw down();
        }
        Optional<Deadline> deadline = pending.item().context().deadline();
        if (deadline.isPresent()) {
            Duration needed = needed(pending).orElse(Duration.ZERO);
            if (needed.compareTo(deadline.get().remaining()) > 0) {
                throw new OverloadedException("\"" + name + "\" could not answer in time.", atLeastSoon(needed));
            }
        }
        if (!queue.offer(pending.tenant(), pending)) {
            if (closed) {
                throw new UnavailableException("\"" + name + "\" is closed.");
            }
            throw new OverloadedException("\"" + name + "\" has more to do than it can take on.",
                    atLeastSoon(needed(pending).orElse(SOON)));
        }
        refuseUnlessAnybodyWorks();
    }

    private UnavailableException down() {
        return new UnavailableException("\"" + name + "\" does not answer.");
    }

    /** What waits for workers that all hang need not wait. */
    private void refuseUnlessAnybodyWorks() {
        while (workers.working() == 0) {
            Optional<Pending<I, O>> next = queue.poll();
            if (next.isEmpty()) {
                return;
            }
            next.get().finish(next.get().item().failed(down()));
        }
    }

    /** How long it takes at least until this would be answered if it came now; empty if nothing is known yet. */
    private Optional<Duration> needed(Pending<I, O> pending) {
        Optional<Duration> own = pace.of(pending.cost());
        if (own.isEmpty()) {
            return own;
        }
        int before = queue.ahead(pending.tenant()) / settings.maxItems / settings.workers;
        // What waits costs at least 1 each: rather too little than too much, as nobody may be refused without need.
        Duration each = pace.of(settings.maxItems).orElse(Duration.ZERO);
        Duration needed = each.multipliedBy(before).plus(own.get());
        // If nothing has run for so long there is nothing to go by any more: the next call shows how it is now.
        return pace.age(time.nanoTime()) > needed.toNanos() ? Optional.empty() : Optional.of(needed);
    }

    private static Duration atLeastSoon(Duration duration) {
        return duration.compareTo(SOON) < 0 ? SOON : duration;
    }

    /** Nobody waits for it any more. */
    private void leave(Pending<I, O> pending) {
        queue.remove(pending.tenant(), pending);
        pending.finish(pending.item().cancelled());
    }

    private O value(Item<I> item, Outcome<O> outcome) {
        switch (outcome) {
            case Outcome.Ok<O> ok -> {
                return ok.value();
            }
            case Outcome.Failed<O> failed -> {
                if (failed.failure() instanceof CarrelException known) {
                    throw known;
                }
                throw new FailedException("\"" + name + "\" failed.", failed.failure());
            }
            case Outcome.Cancelled<O> cancelled -> {
                item.cancellation().throwIfRequested();
                throw new FailedException("\"" + name + "\" cancelled what nobody had asked it to.", null);
            }
        }
    }

    /** Takes the next batch and runs it. */
    private Workers.After next() throws InterruptedException {
        var gathering = new Gathering(settings.maxItems, settings.maxCost);
        List<Pending<I, O>> taken = queue.take(settings.maxItems, settings.maxItems, gathering);
        if (taken.isEmpty()) {
            return Workers.After.END;
        }
        List<Pending<I, O>> wanted = wanted(taken);
        if (wanted.isEmpty()) {
            return Workers.After.ON;
        }
        try {
            return run(wanted, gathering.dispatch());
        } finally {
            // If anything but the model failed above, nobody waits for ever.
            wanted.forEach(each -> each.finish(each.item().failed(failed())));
            // Whoever interrupted this thread meant that batch: its limit, or a model that interrupts itself.
            Thread.interrupted();
        }
    }

    private Workers.After run(List<Pending<I, O>> wanted, Dispatch dispatch) {
        var running = new RunningBatch<>(name, wanted);
        Duration limit = settings.limit;
        TimeSource.Timer timer = limit == null ? () -> {} : time.after(limit, () -> running.late(workers));
        boolean sound = run(running, wanted, dispatch);
        timer.cancel();
        if (!running.end()) {
            return workers.back() ? Workers.After.ON : Workers.After.END;
        }
        return sound ? Workers.After.ON : Workers.After.REPLACED;
    }

    private FailedException failed() {
        return new FailedException("\"" + name + "\" failed.", null);
    }

    /** Those for which somebody still waits, and has asked nothing else meanwhile. */
    private List<Pending<I, O>> wanted(List<Pending<I, O>> batch) {
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
        if (failure == null) {
            if (!running.givenUp()) {
                pace.learn(cost, took, time.nanoTime());
            }
        }
        observe(new BatchRecord(name, batches.incrementAndGet(), items.stream().map(Item::context).toList(), dispatch,
                cost, Duration.ofNanos(began - batch.getFirst().since()), Duration.ofNanos(took), failure));
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

    private static <I, O> void check(List<Item<I>> items, List<Outcome<O>> made, Map<Item<?>, Outcome<O>> outcomes) {
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

    private void observe(BatchRecord batch) {
        try {
            observer.accept(batch);
        } catch (RuntimeException | Error e) {
            // An Error too: a worker that died here would leave its callers waiting for ever.
            Thread thread = Thread.currentThread();
            Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
            if (handler != null) {
                tell(handler, thread, e);
            }
        }
    }

    private static void tell(Thread.UncaughtExceptionHandler handler, Thread thread, Throwable thrown) {
        try {
            handler.uncaughtException(thread, thrown);
        } catch (RuntimeException | Error e) {
            // There is nobody else to tell.
        }
    }

    /** How many items wait. */
    public int waiting() {
        return queue.size();
    }

    /** How it stands now. */
    public Health health() {
        return new Health(!closed && workers.complete(), workers.working(), workers.abandoned(), queue.size());
    }

    /** Takes nothing more, answers what waits, and lets go of the workers. Waits for them, but not for those that hang. */
    @Override
    public void close() {
        closed = true;
        queue.close();
        workers.join();
    }
}
