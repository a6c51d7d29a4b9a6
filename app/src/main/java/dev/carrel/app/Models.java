package dev.carrel.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.batch.Attributes;
import dev.carrel.batch.Batcher;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.Health;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.error.CarrelException;
import dev.carrel.error.FailedException;
import dev.carrel.error.NotFoundException;
import dev.carrel.error.UnavailableException;
import dev.carrel.time.TimeSource;

/** The models of the running application, by the names under which {@link App#model} declared them. Thread-safe. */
public final class Models {
    private static final Logger LOG = LoggerFactory.getLogger(Models.class);

    private final Map<String, Endpoint<?, ?>> endpoints = new LinkedHashMap<>();

    private Models() {}

    /** A declared model. */
    record Declared<I, O>(String name, Model<I, O> model, Consumer<BatcherBuilder<I, O>> description) {
        private Endpoint<I, O> start(TimeSource time) {
            BatcherBuilder<I, O> builder = Batcher.of(name, model).time(time).limit(model.within())
                    .observer(batch -> batch.failure().ifPresent(
                            failure -> LOG.error("a batch of {} of model \"{}\" failed", batch.size(), name, failure)));
            description.accept(builder);
            return new Endpoint<>(name, model, builder.start(), time);
        }
    }

    private record Endpoint<I, O>(String name, Model<I, O> model, Batcher<I, O> batcher, TimeSource time) {
        String call(JsonInput request, Attributes attributes) throws InterruptedException {
            Deadline deadline = Deadline.after(model.within(), time);
            try {
                return Context.current().withDeadline(deadline).call(() -> steps(request, attributes));
            } catch (CarrelException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new FailedException("\"" + name + "\" failed.", e);
            }
        }

        private String steps(JsonInput request, Attributes attributes) throws Exception {
            I input = model.decode(request, attributes);
            O output = batcher.call(input, attributes);
            String answer = JsonInput.write(model.encode(output, attributes));
            Context.current().cancellation().throwIfRequested();
            return answer;
        }

        boolean up() {
            try {
                return batcher.health().up() && model.healthy();
            } catch (Exception e) {
                LOG.warn("model \"{}\" does not know whether it is healthy: {}", name, e.toString());
                return false;
            }
        }
    }

    /**
     * Makes what the application declared ready. Whoever starts the application calls this, and {@link #close} at its end.
     *
     * @throws IllegalStateException if a model cannot be set up
     */
    public static Models open(App app, TimeSource time) {
        var open = new Models();
        try {
            app.models().forEach(declared -> open.endpoints.put(declared.name(), declared.start(time)));
        } catch (RuntimeException | Error e) {
            open.close();
            throw e;
        }
        return open;
    }

    /** The names, in the order in which they were declared. */
    public List<String> names() {
        return new ArrayList<>(endpoints.keySet());
    }

    /**
     * Calls a model in the running context.
     *
     * @return the answer, as JSON
     * @throws NotFoundException if there is no such model
     * @throws CarrelException what the model refuses, and all that {@link Batcher#call(Object)} throws
     */
    public String call(String name, JsonInput request, Attributes attributes) {
        Endpoint<?, ?> endpoint = endpoint(name);
        try {
            return endpoint.call(request, attributes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("The server is stopping.");
        }
    }

    /**
     * Whether the model can be called now.
     *
     * @throws NotFoundException if there is no such model
     */
    public boolean up(String name) {
        return endpoint(name).up();
    }

    /**
     * How the model's batches stand now.
     *
     * @throws NotFoundException if there is no such model
     */
    public Health health(String name) {
        return endpoint(name).batcher().health();
    }

    private Endpoint<?, ?> endpoint(String name) {
        Endpoint<?, ?> endpoint = endpoints.get(name);
        if (endpoint == null) {
            throw new NotFoundException("There is no such model.");
        }
        return endpoint;
    }

    /** Answers what waits, and lets go of the workers. */
    public void close() {
        endpoints.values().forEach(endpoint -> endpoint.batcher().close());
    }
}
