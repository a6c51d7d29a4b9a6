package dev.carrel.app;

import java.time.Duration;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.batch.Attributes;
import dev.carrel.batch.Batcher;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.Batching;
import dev.carrel.batch.Health;
import dev.carrel.batch.ServedModel;
import dev.carrel.batch.Step;
import dev.carrel.batch.StreamBatcher;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.error.CarrelException;
import dev.carrel.error.FailedException;
import dev.carrel.time.TimeSource;

/** A model that runs under its name. Thread-safe. */
abstract sealed class Endpoint implements AutoCloseable permits Endpoint.Calls, Endpoint.Streams, EmbeddingEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(Models.class);

    /** A model as the application declared it. */
    @FunctionalInterface
    interface Declared {
        /**
         * Has it run.
         *
         * @throws IllegalStateException if it cannot be set up
         */
        Endpoint start(TimeSource time);
    }

    private final String name;
    private final ServedModel model;
    private final Batching batches;
    private final TimeSource time;
    private final Probe probe;
    /** For those who use it beside its batches, as long as there may be any. */
    private final Batching.Hold used;

    Endpoint(String name, ServedModel model, Batching batches, TimeSource time) {
        this.name = name;
        this.model = model;
        this.batches = batches;
        this.time = time;
        probe = new Probe(name, model, batches, time);
        used = batches.hold();
    }

    String name() {
        return name;
    }

    Health health() {
        return batches.health();
    }

    /** Whether it can be called, as soon as that is known. */
    @FunctionalInterface
    interface Up {
        boolean await() throws InterruptedException;
    }

    /** Asks whether it can be called now. */
    Up up() {
        Probe.Question question = probe.ask();
        return () -> health().up() && question.healthy();
    }

    /** Closes its batches, which answers those who wait for them; {@link #release} is to follow. */
    @Override
    public void close() {
        batches.close();
    }

    /** Nobody uses it any more: its model may let go of what it has. */
    void release() {
        used.close();
    }

    /** One that answers at once. */
    static final class Calls<I, O> extends Endpoint {
        private final Model<I, O> model;
        private final Batcher<I, O> batcher;

        private Calls(String name, Model<I, O> model, Batcher<I, O> batcher, TimeSource time) {
            super(name, model, batcher, time);
            this.model = model;
            this.batcher = batcher;
        }

        static <I, O> Declared declared(String name, Model<I, O> model, Consumer<BatcherBuilder<I, O>> description) {
            return time -> {
                BatcherBuilder<I, O> builder = described(Batcher.of(name, model).limit(model.within()), time);
                description.accept(builder);
                return new Calls<>(name, model, builder.start(), time);
            };
        }

        String call(JsonInput request, Attributes attributes) throws InterruptedException {
            return inTime(() -> {
                O output = batcher.call(model.decode(request, attributes), attributes);
                String answer = encoded(() -> model.encode(output, attributes));
                Context.current().cancellation().throwIfRequested();
                return answer;
            });
        }
    }

    /** One that answers piece by piece. */
    static final class Streams<I, O> extends Endpoint {
        private static final Duration STEP = Duration.ofSeconds(30);

        private final StreamingModel<I, O> model;
        private final StreamBatcher<I, O> batcher;

        private Streams(String name, StreamingModel<I, O> model, StreamBatcher<I, O> batcher, TimeSource time) {
            super(name, model, batcher, time);
            this.model = model;
            this.batcher = batcher;
        }

        static <I, O> Declared declared(String name, StreamingModel<I, O> model,
                Consumer<? super BatcherBuilder<I, Step<O>>> description) {
            return time -> new Streams<>(name, model, StreamBatcher.of(name, model,
                    builder -> description.accept(described(builder.limit(STEP), time))), time);
        }

        PieceStream open(JsonInput request, Attributes attributes) throws InterruptedException {
            PieceStream.Encoding<O> encoding = piece -> encoded(() -> model.encode(piece, attributes));
            return inTime(() -> PieceStream.of(name(), batcher.open(model.decode(request, attributes), attributes),
                    encoding));
        }
    }

    /** Steps of a call. */
    @FunctionalInterface
    interface Steps<T> {
        T run() throws Exception;
    }

    /** What the encoding made, as JSON; tells how long both took. */
    final String encoded(Steps<?> encoding) throws Exception {
        long began = time.nanoTime();
        String json = JsonInput.write(encoding.run());
        batches.observer().encoded(name, Context.current(), Duration.ofNanos(time.nanoTime() - began));
        return json;
    }

    /** Within the time of the model; what goes wrong otherwise is its caller's only as "failed". */
    final <T> T inTime(Steps<T> steps) throws InterruptedException {
        Deadline deadline = Deadline.after(model.within(), time);
        try {
            return Context.current().withDeadline(deadline).call(steps::run);
        } catch (CarrelException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new FailedException("\"" + name + "\" failed.", e);
        }
    }

    /** What is the same for the batches of all. */
    static <I, O> BatcherBuilder<I, O> described(BatcherBuilder<I, O> builder, TimeSource time) {
        return builder.time(time).observer(batch -> batch.failure().ifPresent(failure -> LOG
                .error("a batch of {} of model \"{}\" failed", batch.size(), batch.batcher(), failure)));
    }
}
