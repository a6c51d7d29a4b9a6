package dev.carrel.batch;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.error.CarrelException;
import dev.carrel.error.OverloadedException;

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
public final class StreamBatcher<I, O> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StreamBatcher.class.getName());

    private final String name;
    private final StreamModel<I, O> model;
    private final Batcher<I, Step<O>> batcher;
    private final int ahead;
    private final int most;
    private final AtomicInteger open = new AtomicInteger();

    private StreamBatcher(StreamModel<I, O> model, BatcherBuilder<I, Step<O>> settings) {
        this.model = model;
        name = settings.name;
        most = settings.maxWaiting;
        ahead = model.ahead();
        if (ahead < 1) {
            throw new IllegalArgumentException("ahead must be at least 1, not " + ahead);
        }
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
        Cancellation.Source source = Cancellation.source();
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            throw new OverloadedException("\"" + name + "\" has more to do than it can take on.", Batcher.SOON);
        }
        Running running;
        try {
            running = source.bind(context).call(() -> new Running(input, attributes, source));
            batcher.admit(running.first());
        } catch (RuntimeException | Error e) {
            open.decrementAndGet();
            throw e;
        }
        running.stream.listen();
        return running.stream;
    }

    /** One stream and its steps, of which there is one at a time. */
    private final class Running implements ModelStream.Steps<O> {
        private final AtomicReference<Pending<I, Step<O>>> step;
        private final ModelStream<O> stream;

        Running(I input, Attributes attributes, Cancellation.Source source) {
            Pending<I, Step<O>> first = batcher.pending(input, attributes, new Pending.Watcher<>() {
                @Override
                public void finished(Outcome<Step<O>> outcome) {
                    stream.stepped(outcome);
                }

                @Override
                public void released() {
                    stream.free();
                }
            });
            step = new AtomicReference<>(first);
            stream = new ModelStream<>(this, first.item().cancellation(), source, ahead);
        }

        Pending<I, Step<O>> first() {
            return Objects.requireNonNull(step.get());
        }

        @Override
        public void next() {
            Pending<I, Step<O>> again = batcher.again(first());
            step.set(again);
            batcher.admitAgain(again);
        }

        @Override
        public void leave() {
            batcher.leave(first());
        }

        @Override
        public CarrelException failure(Exception failure) {
            return batcher.failure(failure);
        }

        @Override
        public void ended() {
            open.decrementAndGet();
            Context.root().run(() -> {
                try {
                    model.ended(first().item());
                } catch (Exception | Error e) {
                    // Whoever this thread works for has nothing to do with it.
                    LOG.log(System.Logger.Level.ERROR, "model \"" + name + "\" could not let go of an item", e);
                }
            });
        }
    }

    /** How many streams are open. */
    public int open() {
        return open.get();
    }

    /** How it stands now; {@link Health#waiting} counts the steps that wait. */
    public Health health() {
        return batcher.health();
    }

    /** Takes nothing more, ends what is open, and lets go of the workers. Waits for them, but not for those that hang. */
    @Override
    public void close() {
        batcher.close();
    }
}
