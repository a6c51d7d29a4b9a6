package dev.carrel.batch;

import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.carrel.context.Boundary;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.error.CarrelException;
import dev.carrel.error.OverloadedException;
import dev.carrel.queue.Allowance;
import dev.carrel.queue.Budget;

/**
 * Runs a {@link StreamModel} for many callers at once, step by step. A worker that becomes free takes whatever streams want a step,
 * up to the limits of a batch, those that just began among them; the queue is fair between tenants at each step.
 *
 * {@snippet :
 * StreamBatcher<String, String> writer = StreamBatcher.of("write", model, batches -> batches.maxItems(8));
 *
 * ModelStream<String> answer = writer.open("Tell me of the exam."); // in the caller's context
 * }
 *
 * What holds for the items of a {@link Batcher} holds here for each step. Thread-safe. Close it to let go of its threads; what is
 * still open ends with an error.
 *
 * @param <I> what callers ask
 * @param <O> a piece of what they are answered
 */
public final class StreamBatcher<I, O> implements Batching {
    /** How many streams a user may have open, unless it is set. */
    private static final int MOST_EACH = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final System.Logger LOG = System.getLogger(StreamBatcher.class.getName());

    private final String name;
    private final StreamModel<I, O> model;
    private final Batcher<I, Step<O>> batcher;
    private final int ahead;
    /** Tenants have a place for each of their open streams. */
    private final Budget<String> places;
    private final Allowance<Who> ofUser;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    /** Threads on which the model lets go of items. */
    private final Set<Thread> letting = ConcurrentHashMap.newKeySet();

    private record Who(String tenant, String user) {
        static final Who NOBODY = new Who("", "");
    }

    private StreamBatcher(StreamModel<I, O> model, BatcherBuilder<I, Step<O>> settings) {
        this.model = model;
        name = settings.name;
        int most = settings.maxWaiting;
        places = new Budget<>(2L * most);
        // Where no step of an open stream may be kept out: there are fewer of them than places.
        settings.maxWaiting = (int) Math.min(Integer.MAX_VALUE, 2L * most);
        ahead = model.ahead();
        if (ahead < 1) {
            throw new IllegalArgumentException("ahead must be at least 1, not " + ahead);
        }
        if (settings.repeatable || !settings.samples.isEmpty()) {
            throw new IllegalArgumentException(
                    "the steps of \"" + name + "\" lead one to the next: none can be repeated, "
                            + "nor tried in a warm-up");
        }
        ofUser = new Allowance<>(
                settings.streamsEach > 0 ? settings.streamsEach : Math.clamp(most / 4, 1, MOST_EACH));
        batcher = settings.start();
    }

    /**
     * A batcher of this name that runs this model.
     *
     * @param description how its steps are made, each of them a batch; {@link BatcherBuilder#maxWaiting} bounds how many streams are
     *        open
     * @throws IllegalStateException if the model cannot be set up
     */
    public static <I, O> StreamBatcher<I, O> of(String name, StreamModel<I, O> model,
            Consumer<BatcherBuilder<I, Step<O>>> description) {
        BatcherBuilder<I, Step<O>> settings = Batcher.of(name, model);
        description.accept(settings);
        return new StreamBatcher<>(model, settings);
    }

    /** As {@link #open(Object, Attributes)}, with nothing noted. */
    public ModelStream<O> open(I input) {
        return open(input, new Attributes());
    }

    /**
     * Begins an answer. It ends with its last piece, with the deadline or the cancellation of the caller's context, or when it is
     * closed.
     *
     * @param attributes those of this input alone; the model finds them on its {@link Item}
     * @throws CarrelException as {@link Batcher#call(Object)} does, if no step can be had
     */
    public ModelStream<O> open(I input, Attributes attributes) {
        Context context = Context.current();
        context.cancellation().throwIfRequested();
        Who who = Principal.of(context).map(it -> new Who(it.tenant(), it.user())).orElse(Who.NOBODY);
        admit(context, who);
        try {
            Cancellation.Source source = Cancellation.source();
            return begin(source.bind(context).call(() -> new Running(input, attributes, source, who)));
        } catch (RuntimeException | Error e) {
            free(who);
            throw e;
        }
    }

    private ModelStream<O> begin(Running opened) {
        opened.hold = batcher.hold();
        running.add(opened);
        try {
            batcher.admit(opened.step());
        } catch (RuntimeException | Error e) {
            running.remove(opened);
            opened.hold.close();
            throw e;
        }
        opened.stream.listen();
        return opened.stream;
    }

    private void admit(Context context, Who who) {
        if (!places.take(who.tenant, 1)) {
            throw refused(context, "\"" + name + "\" has more to do than it can take on.");
        }
        if (!who.equals(Who.NOBODY) && !ofUser.take(who)) {
            places.giveBack(who.tenant, 1);
            throw refused(context, "You have too many streams of \"" + name + "\" open at once.");
        }
    }

    private OverloadedException refused(Context context, String why) {
        batcher.observer().refused(name, context.across(Boundary.BATCH), Refusal.TOO_MANY_STREAMS);
        return new OverloadedException(why, Admission.SOON);
    }

    private void free(Who who) {
        places.giveBack(who.tenant, 1);
        if (!who.equals(Who.NOBODY)) {
            ofUser.giveBack(who);
        }
    }

    /** One stream and its steps, of which there is one at a time. */
    private final class Running implements ModelStream.Steps<O> {
        private final Item<I> item;
        private final long since;
        private final AtomicReference<Pending<I, Step<O>>> step;
        private final ModelStream<O> stream;

        private final Who who;
        private Hold hold = () -> {};

        Running(I input, Attributes attributes, Cancellation.Source source, Who who) {
            this.who = who;
            Pending<I, Step<O>> first = batcher.pending(input, attributes, new Pending.Watcher<>() {
                @Override
                public void finished(Outcome<Step<O>> outcome) {
                    if (stream.stepped(outcome)) {
                        batcher.began(item, since);
                    }
                }

                @Override
                public void released() {
                    stream.free();
                }
            });
            item = first.item();
            since = first.since();
            step = new AtomicReference<>(first);
            stream = new ModelStream<>(this, item.cancellation(), source, ahead);
        }

        Pending<I, Step<O>> step() {
            return Objects.requireNonNull(step.get());
        }

        @Override
        public void next() {
            Pending<I, Step<O>> again = batcher.again(step());
            step.set(again);
            batcher.admitAgain(again);
        }

        @Override
        public void leave() {
            batcher.leave(step());
        }

        @Override
        public CarrelException failure(Exception failure) {
            return batcher.failure(failure);
        }

        @Override
        public void ended(Ending how) {
            free(who);
            running.remove(this);
            // Not here: this may be a worker, or the one thread of all timers, and the model may take its time.
            Thread thread = Thread.ofVirtual().name("stream-ended-" + name).inheritInheritableThreadLocals(false)
                    .unstarted(() -> letGo(how));
            letting.add(thread);
            thread.start();
        }

        private void letGo(Ending how) {
            try {
                batcher.answered(item, since, how);
                model.ended(item);
            } catch (Exception | Error e) {
                LOG.log(System.Logger.Level.ERROR, "model \"" + name + "\" could not let go of an item", e);
            } finally {
                hold.close();
                letting.remove(Thread.currentThread());
            }
        }
    }

    @Override
    public BatchObserver observer() {
        return batcher.observer();
    }

    @Override
    public Hold hold() {
        return batcher.hold();
    }

    /** How many streams are open. */
    public int open() {
        return (int) places.held();
    }

    /** {@inheritDoc} {@link Health#waiting} counts the steps that wait. */
    @Override
    public Health health() {
        return batcher.health();
    }

    /**
     * {@inheritDoc} What is open ends with an error; for a few seconds it is waited for until the model has let go of what it kept of
     * it.
     */
    @Override
    public void close() {
        batcher.close();
        for (Running each : running) {
            each.stream.closed(batcher.closed());
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        boolean interrupted = false;
        for (Thread thread : letting) {
            try {
                thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
