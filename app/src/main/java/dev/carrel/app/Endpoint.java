package dev.carrel.app;

import java.time.Duration;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.batch.Attributes;
import dev.carrel.batch.BatchObserver;
import dev.carrel.batch.Batcher;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.Health;
import dev.carrel.batch.Step;
import dev.carrel.batch.StreamBatcher;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.error.CarrelException;
import dev.carrel.error.FailedException;
import dev.carrel.time.TimeSource;

/** A model that runs under its name. Thread-safe. */
sealed interface Endpoint extends AutoCloseable permits Endpoint.Calls, Endpoint.Streams, EmbeddingEndpoint {
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

    String name();

    /** How long a call may take. */
    Duration within();

    /** Whether the model says that it can be called now. */
    boolean healthy() throws Exception;

    Health health();

    @Override
    void close();

    /** Whether it can be called now. */
    default boolean up() {
        try {
            return health().up() && healthy();
        } catch (Exception e) {
            log().warn("model \"{}\" does not know whether it is healthy: {}", name(), e.toString());
            return false;
        }
    }

    private static Logger log() {
        return LoggerFactory.getLogger(Models.class);
    }

    /** One that answers at once. */
    record Calls<I, O>(String name, Model<I, O> model, Batcher<I, O> batcher, TimeSource time) implements Endpoint {
        static <I, O> Declared declared(String name, Model<I, O> model, Consumer<BatcherBuilder<I, O>> description) {
            return time -> {
                BatcherBuilder<I, O> builder = described(Batcher.of(name, model).limit(model.within()), time);
                description.accept(builder);
                return new Calls<>(name, model, builder.start(), time);
            };
        }

        @Override
        public Duration within() {
            return model.within();
        }

        @Override
        public boolean healthy() throws Exception {
            return model.healthy();
        }

        @Override
        public Health health() {
            return batcher.health();
        }

        @Override
        public void close() {
            batcher.close();
        }

        String call(JsonInput request, Attributes attributes) throws InterruptedException {
            return inTime(this, time, () -> {
                O output = batcher.call(model.decode(request, attributes), attributes);
                String answer = encoded(this, batcher.observer(), time, () -> model.encode(output, attributes));
                Context.current().cancellation().throwIfRequested();
                return answer;
            });
        }
    }

    /** One that answers piece by piece. */
    record Streams<I, O>(String name, StreamingModel<I, O> model, StreamBatcher<I, O> batcher, TimeSource time)
            implements
                Endpoint {
        private static final Duration STEP = Duration.ofSeconds(30);

        static <I, O> Declared declared(String name, StreamingModel<I, O> model,
                Consumer<? super BatcherBuilder<I, Step<O>>> description) {
            return time -> new Streams<>(name, model, StreamBatcher.of(name, model,
                    builder -> description.accept(described(builder.limit(STEP), time))), time);
        }

        @Override
        public Duration within() {
            return model.within();
        }

        @Override
        public boolean healthy() throws Exception {
            return model.healthy();
        }

        @Override
        public Health health() {
            return batcher.health();
        }

        @Override
        public void close() {
            batcher.close();
        }

        PieceStream open(JsonInput request, Attributes attributes) throws InterruptedException {
            PieceStream.Encoding<O> encoding = piece -> encoded(this, batcher.observer(), time,
                    () -> model.encode(piece, attributes));
            return inTime(this, time, () -> PieceStream.of(name,
                    batcher.open(model.decode(request, attributes), attributes), encoding));
        }
    }

    /** Steps of a call. */
    @FunctionalInterface
    interface Steps<T> {
        T run() throws Exception;
    }

    /** What the encoding made, as JSON; tells how long both took. */
    static String encoded(Endpoint endpoint, BatchObserver observer, TimeSource time, Steps<?> encoding)
            throws Exception {
        long began = time.nanoTime();
        String json = JsonInput.write(encoding.run());
        observer.encoded(endpoint.name(), Context.current(), Duration.ofNanos(time.nanoTime() - began));
        return json;
    }

    /** Within the time of the model; what goes wrong otherwise is its caller's only as "failed". */
    static <T> T inTime(Endpoint endpoint, TimeSource time, Steps<T> steps) throws InterruptedException {
        Deadline deadline = Deadline.after(endpoint.within(), time);
        try {
            return Context.current().withDeadline(deadline).call(steps::run);
        } catch (CarrelException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new FailedException("\"" + endpoint.name() + "\" failed.", e);
        }
    }

    /** What is the same for the batches of all. */
    static <I, O> BatcherBuilder<I, O> described(BatcherBuilder<I, O> builder, TimeSource time) {
        return builder.time(time).observer(batch -> batch.failure().ifPresent(failure -> log()
                .error("a batch of {} of model \"{}\" failed", batch.size(), batch.batcher(), failure)));
    }
}
