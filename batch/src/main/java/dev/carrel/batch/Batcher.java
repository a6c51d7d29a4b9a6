package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.carrel.context.Boundary;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.error.CancelledException;
import dev.carrel.error.CarrelException;
import dev.carrel.error.DeadlineException;
import dev.carrel.error.FailedException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.queue.FairQueue;

/**
 * Gathers what many callers ask at once into batches. A worker that becomes free takes whatever waits, up to the limits:
 * unless a window is set there is no timer, so a lone caller waits for nobody.
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
public final class Batcher<I, O> implements Batching {
    private final String name;
    private final BatcherBuilder<I, O> settings;
    private final FairQueue<Pending<I, O>> queue;
    private final Workers workers;
    private final Pace pace = new Pace();
    private final Observers observers;
    private final Admission<I, O> admission;
    private final BatchRunner<I, O> runner;
    private final Company<I, O> company;
    private final Uses uses;
    private final Hold open;
    private final AtomicBoolean cold = new AtomicBoolean(true);
    private volatile long maxCost;

    Batcher(BatcherBuilder<I, O> settings) {
        this.settings = settings;
        name = settings.name;
        maxCost = settings.maxCost;
        queue = new FairQueue<>(settings.maxWaiting, Flow::weight, Pending::cost);
        workers = new Workers(name, settings.maxAbandoned, new Working(), settings.time);
        observers = new Observers(settings.observers);
        admission = new Admission<>(settings, queue, workers, pace, () -> maxCost, observers);
        runner = new BatchRunner<>(settings, workers, pace, observers);
        company = new Company<>(settings, queue);
        uses = new Uses(name, settings.model);
        open = uses.hold();
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
            uses.begin();
            settings.model.setup();
            if (!settings.samples.isEmpty() && cold.getAndSet(false)) {
                maxCost = new WarmUp<>(settings, pace).run();
            }
        }

        @Override
        public Workers.After next() throws InterruptedException {
            return Batcher.this.next();
        }

        @Override
        public void left() {
            uses.end();
        }

        @Override
        public void lost() {
            admission.refuseUnlessAnybodyWorks();
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
        return call(List.of(pending(input, attributes, Pending.Watcher.none()))).getFirst();
    }

    /**
     * As {@link #call(Object)} for several inputs, all of them at once: they run in as few batches as they fit in, beside those of
     * other callers.
     *
     * @param inputs at most as many as may wait
     * @return one value for each, in the same order
     * @throws CarrelException what becomes of the first that fails; then the others are left
     */
    public List<O> callAll(List<? extends I> inputs) throws InterruptedException {
        return call(inputs.stream().map(input -> pending(input, new Attributes(), Pending.Watcher.none())).toList());
    }

    private List<O> call(List<Pending<I, O>> all) throws InterruptedException {
        Cancellation cancellation = Context.current().cancellation();
        cancellation.throwIfRequested();
        Cancellation.Registration leaving = cancellation.onRequest(() -> all.forEach(this::leave));
        try {
            admission.admit(all);
            return values(all);
        } finally {
            leaving.close();
        }
    }

    private List<O> values(List<Pending<I, O>> all) throws InterruptedException {
        try {
            List<O> values = new ArrayList<>(all.size());
            for (Pending<I, O> each : all) {
                values.add(value(each.item(), each.await()));
            }
            return values;
        } finally {
            // Interrupted, or one of several has failed: nobody waits for the others.
            all.forEach(this::leave);
            all.forEach(each -> answered(each.item(), each.since(), each.ending()));
        }
    }

    /** The item that came then has ended so: a call, or a stream with all of its steps. */
    void answered(Item<I> item, long since, Ending how) {
        if (!observers.noneOfItems()) {
            observers.answered(name, item.context(), how, Duration.ofNanos(settings.time.nanoTime() - since));
        }
    }

    /** The stream that was opened then has its first piece. */
    void began(Item<I> item, long since) {
        if (!observers.noneOfItems()) {
            observers.began(name, item.context(), Duration.ofNanos(settings.time.nanoTime() - since));
        }
    }

    /** The input of the calling thread, in its context. */
    Pending<I, O> pending(I input, Attributes attributes, Pending.Watcher<O> watcher) {
        var item = new Item<I>(Objects.requireNonNull(input, "input"), Context.current().across(Boundary.BATCH),
                Objects.requireNonNull(attributes, "attributes"));
        return new Pending<>(item, Flow.of(item, settings), settings.time.nanoTime(),
                Math.max(1, settings.cost.applyAsLong(input)), settings.kin.apply(item), watcher);
    }

    /** One that nobody waits for here. */
    void admit(Pending<I, O> pending) {
        admission.admit(List.of(pending));
    }

    /** What those are told who ask a batcher that is closed. */
    UnavailableException closed() {
        return admission.closed();
    }

    /** The next step of the same item. */
    Pending<I, O> again(Pending<I, O> before) {
        return before.again(settings.time.nanoTime());
    }

    /** The next step of an item that was admitted: only the batcher's end keeps it out. */
    void admitAgain(Pending<I, O> pending) {
        if (queue.offer(pending.flow(), pending)) {
            admission.refuseUnlessAnybodyWorks();
            if (pending.finished()) {
                // Its caller left just before it was in the queue, and found nothing there to take out.
                leave(pending);
            }
            return;
        }
        pending.finish(pending.item().failed(admission.closed()));
        pending.release();
    }

    /** Nobody waits for it any more. */
    void leave(Pending<I, O> pending) {
        if (!pending.finished()) {
            pending.finish(pending.item().cancelled());
        }
        if (!pending.taken() && queue.remove(pending.flow(), pending)) {
            pending.release();
        }
    }

    /** What the caller of an item is told that failed of this. */
    CarrelException failure(Exception failure) {
        return failure instanceof CarrelException known
                ? known
                : new FailedException("\"" + name + "\" failed.", failure);
    }

    private O value(Item<I> item, Outcome<O> outcome) {
        switch (outcome) {
            case Outcome.Ok<O> ok -> {
                return ok.value();
            }
            case Outcome.Failed<O> failed -> {
                throw failure(failed.failure());
            }
            case Outcome.Cancelled<O> cancelled -> {
                item.cancellation().throwIfRequested();
                throw new FailedException("\"" + name + "\" cancelled what nobody had asked it to.", null);
            }
        }
    }

    /** Takes the next batch and runs it. */
    private Workers.After next() throws InterruptedException {
        var gathering = new Gathering(settings.maxItems, maxCost, pace.saving());
        List<Pending<I, O>> taken = new ArrayList<>();
        try {
            boolean waited = company.gather(taken, gathering);
            if (taken.isEmpty()) {
                return Workers.After.END;
            }
            List<Pending<I, O>> wanted = BatchRunner.wanted(taken);
            return wanted.isEmpty() ? Workers.After.ON : runner.run(wanted, gathering.dispatch(waited));
        } finally {
            // If anything but the model failed above, nobody waits for ever.
            taken.stream().filter(each -> !each.finished())
                    .forEach(each -> each.finish(each.item().failed(runner.failed())));
            // A model that interrupts itself.
            Thread.interrupted();
            taken.forEach(Pending::release);
        }
    }

    @Override
    public BatchObserver observer() {
        return observers;
    }

    @Override
    public Hold hold() {
        return uses.hold();
    }

    /** How many items wait. */
    public int waiting() {
        return queue.size();
    }

    /** How many items may wait, and so may be asked at once. */
    public int maxWaiting() {
        return settings.maxWaiting;
    }

    @Override
    public Health health() {
        return new Health(!admission.isClosed() && workers.complete(), workers.working(), workers.abandoned(),
                queue.size());
    }

    /** Takes nothing more, answers what waits, and lets go of the workers. Waits for them, but not for those that hang. */
    @Override
    public void close() {
        admission.close();
        workers.join();
        open.close();
    }
}
