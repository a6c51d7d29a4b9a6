package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.error.CarrelException;
import dev.carrel.error.FailedException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.queue.FairQueue;

/**
 * Gathers what many callers ask at once into batches. A worker that becomes free takes whatever waits, up to the limit:
 * there is no timer, so a lone caller waits for nobody. The queue is bounded, and fair between tenants.
 *
 * {@snippet :
 * Batcher<String, float[]> embedder = Batcher.of("embed", model).maxItems(32).start();
 *
 * float[] vector = embedder.call("When is my exam?"); // on the caller's thread, in the caller's context
 * }
 *
 * Thread-safe. Close it to let go of its threads; what waits then is still answered.
 */
public final class Batcher<I, O> implements AutoCloseable {
    /** What is set before a batcher starts. Not thread-safe. */
    public static final class Builder<I, O> {
        private final String name;
        private final BatchModel<I, O> model;
        private int maxItems = 32;
        private int maxWaiting = 1024;
        private int workers = 1;
        private Consumer<BatchRecord> observer = batch -> {};

        private Builder(String name, BatchModel<I, O> model) {
            this.name = Objects.requireNonNull(name, "name");
            this.model = Objects.requireNonNull(model, "model");
        }

        /** At most this many items in a batch; 32 unless set. */
        public Builder<I, O> maxItems(int items) {
            maxItems = positive(items, "maxItems");
            return this;
        }

        /** At most this many items in the queue, all tenants together; 1,024 unless set. */
        public Builder<I, O> maxWaiting(int items) {
            maxWaiting = positive(items, "maxWaiting");
            return this;
        }

        /** How many batches run at once, each on a platform thread of its own; 1 unless set. */
        public Builder<I, O> workers(int count) {
            workers = positive(count, "workers");
            return this;
        }

        /** Is told of each batch just before its callers are answered, on the worker's thread; be quick. */
        public Builder<I, O> observer(Consumer<BatchRecord> newObserver) {
            observer = Objects.requireNonNull(newObserver, "observer");
            return this;
        }

        /** Starts the workers. */
        public Batcher<I, O> start() {
            return new Batcher<>(this);
        }

        private static int positive(int value, String what) {
            if (value < 1) {
                throw new IllegalArgumentException(what + " must be at least 1, not " + value);
            }
            return value;
        }
    }

    private record Waiting<I, O>(Item<I> item, CompletableFuture<Outcome<O>> outcome) {}

    private final String name;
    private final BatchModel<I, O> model;
    private final int maxItems;
    private final Consumer<BatchRecord> observer;
    private final FairQueue<Waiting<I, O>> queue;
    private final List<Thread> workers = new ArrayList<>();
    private final AtomicLong batches = new AtomicLong();
    private volatile boolean closed;

    private Batcher(Builder<I, O> settings) {
        name = settings.name;
        model = settings.model;
        maxItems = settings.maxItems;
        observer = settings.observer;
        queue = new FairQueue<>(settings.maxWaiting);
        for (int i = 0; i < settings.workers; i++) {
            workers.add(Thread.ofPlatform().daemon().name("batch-" + name + "-" + i)
                    .inheritInheritableThreadLocals(false).start(this::work));
        }
    }

    /** A batcher of this name that runs this model; set what else there is to set, and start it. */
    public static <I, O> Builder<I, O> of(String name, BatchModel<I, O> model) {
        return new Builder<>(name, model);
    }

    /**
     * Has the input run in a batch, and waits for its outcome. A caller that is interrupted leaves the queue.
     *
     * @throws OverloadedException if the queue is full
     * @throws UnavailableException if the batcher is closed
     * @throws CarrelException what the model made of this very item, or {@link FailedException} if the item or the whole
     *         batch failed otherwise
     */
    public O call(I input) throws InterruptedException {
        Context context = Context.current().across(Boundary.BATCH);
        var waiting = new Waiting<I, O>(new Item<>(Objects.requireNonNull(input, "input"), context),
                new CompletableFuture<>());
        String tenant = Principal.of(context).map(Principal::tenant).orElse("");
        if (!queue.offer(tenant, waiting)) {
            if (closed) {
                throw new UnavailableException("\"" + name + "\" is closed.");
            }
            throw new OverloadedException("\"" + name + "\" has more to do than it can take on.",
                    Duration.ofSeconds(1));
        }
        try {
            return value(waiting.outcome.get());
        } catch (InterruptedException e) {
            queue.remove(tenant, waiting);
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an outcome is always completed normally", e);
        }
    }

    private O value(Outcome<O> outcome) {
        return switch (outcome) {
            case Outcome.Ok<O> ok -> ok.value();
            case Outcome.Failed<O> failed -> {
                if (failed.failure() instanceof CarrelException known) {
                    throw known;
                }
                throw new FailedException("\"" + name + "\" failed.", failed.failure());
            }
        };
    }

    private void work() {
        try {
            while (true) {
                List<Waiting<I, O>> batch = queue.take(maxItems);
                if (batch.isEmpty()) {
                    return;
                }
                run(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(List<Waiting<I, O>> batch) {
        List<Item<I>> items = batch.stream().map(Waiting::item).toList();
        Map<Item<?>, Outcome<O>> outcomes = new HashMap<>();
        @Nullable
        Throwable failure = null;
        try {
            for (Outcome<O> outcome : model.run(items)) {
                if (outcomes.put(outcome.item(), outcome) != null) {
                    throw new IllegalStateException("the model made two outcomes of one item");
                }
            }
            if (outcomes.size() != items.size() || !outcomes.keySet().containsAll(items)) {
                throw new IllegalStateException("the model made outcomes of " + outcomes.size() + " items, of "
                        + items.size() + " that it was given");
            }
        } catch (Throwable thrown) {
            // An Error too: a worker that died here would leave its callers, and all later ones, waiting for ever.
            failure = thrown;
        }
        observe(new BatchRecord(name, batches.incrementAndGet(), items.stream().map(Item::context).toList(), failure));
        for (Waiting<I, O> waiting : batch) {
            Outcome<O> own = failure == null ? outcomes.get(waiting.item) : null;
            // Of a batch that failed as a whole a caller hears nothing but that: its text may hold any neighbour's data.
            waiting.outcome.complete(
                    own != null ? own : waiting.item.failed(new FailedException("\"" + name + "\" failed.", null)));
        }
    }

    private void observe(BatchRecord batch) {
        try {
            observer.accept(batch);
        } catch (RuntimeException | Error e) {
            // An Error too: a worker that died here would leave its callers waiting for ever.
            Thread thread = Thread.currentThread();
            Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
            if (handler != null) {
                handler.uncaughtException(thread, e);
            }
        }
    }

    /** How many items wait. */
    public int waiting() {
        return queue.size();
    }

    /** Takes nothing more, answers what waits, and lets go of the workers. Waits for them. */
    @Override
    public void close() {
        closed = true;
        queue.close();
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (true) {
                try {
                    worker.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
