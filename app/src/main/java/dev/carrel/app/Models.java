package dev.carrel.app;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

import dev.carrel.batch.Attributes;
import dev.carrel.batch.Batcher;
import dev.carrel.batch.Health;
import dev.carrel.error.CarrelException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.NotFoundException;
import dev.carrel.error.UnavailableException;
import dev.carrel.time.TimeSource;

/** The models of the running application, by the names under which {@link App#model} declared them. Thread-safe. */
public final class Models {
    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();

    private final Instant since;

    private Models(Instant since) {
        this.since = since;
    }

    /**
     * Makes what the application declared ready. Whoever starts the application calls this, and {@link #close} at its end.
     *
     * @throws IllegalStateException if a model cannot be set up
     */
    public static Models open(App app, TimeSource time) {
        var open = new Models(time.now());
        try {
            app.models().forEach((name, declared) -> open.endpoints.put(name, declared.start(time)));
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
        if (!(endpoint(name) instanceof Endpoint.Calls<?, ?> calls)) {
            throw unknown();
        }
        try {
            return calls.call(request, attributes);
        } catch (InterruptedException e) {
            throw stopping();
        }
    }

    /** Whether the model answers piece by piece; not if there is no such model. */
    public boolean streams(String name) {
        return endpoints.get(name) instanceof Endpoint.Streams;
    }

    /**
     * Begins the answer of a model that {@linkplain #streams answers piece by piece}, in the running context; whoever calls
     * this closes it.
     *
     * @throws NotFoundException if there is no such model
     * @throws CarrelException what the model refuses, and all that {@link Batcher#call(Object)} throws
     */
    public PieceStream open(String name, JsonInput request, Attributes attributes) {
        if (!(endpoint(name) instanceof Endpoint.Streams<?, ?> streams)) {
            throw unknown();
        }
        try {
            return streams.open(request, attributes);
        } catch (InterruptedException e) {
            throw stopping();
        }
    }

    /** Those that turn texts into vectors, in the order in which they were declared. */
    public List<String> embeddings() {
        return endpoints.keySet().stream().filter(this::embeds).toList();
    }

    /** Whether the model turns texts into vectors; not if there is no such model. */
    public boolean embeds(String name) {
        return endpoints.get(name) instanceof EmbeddingEndpoint;
    }

    /**
     * Has a model turn texts into vectors, in the running context, each an item of its own in the batch.
     *
     * @param dimensions how many numbers a vector shall have; empty for as many as the model makes
     * @throws InvalidInputException if the model cannot read a text; names it as {@code input}, or {@code input[3]} of several,
     *         or {@code dimensions}
     * @throws NotFoundException if there is no such model
     * @throws CarrelException all that {@link Batcher#callAll} throws; if one text fails, all do
     */
    public Vectors embed(String name, List<? extends EmbeddingInput> texts, OptionalInt dimensions) {
        if (!(endpoints.get(name) instanceof EmbeddingEndpoint embedding)) {
            throw noEmbedding();
        }
        try {
            return embedding.call(texts, dimensions);
        } catch (InterruptedException e) {
            throw stopping();
        }
    }

    /** There is no such model that turns texts into vectors. */
    public static NotFoundException noEmbedding() {
        return new NotFoundException("There is no embedding model of that name.", "model_not_found");
    }

    /** Since when they are there. */
    public Instant since() {
        return since;
    }

    private static UnavailableException stopping() {
        Thread.currentThread().interrupt();
        return new UnavailableException("The server is stopping.");
    }

    private static NotFoundException unknown() {
        return new NotFoundException("There is no such model.");
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
        return endpoint(name).health();
    }

    private Endpoint endpoint(String name) {
        Endpoint endpoint = endpoints.get(name);
        if (endpoint == null) {
            throw unknown();
        }
        return endpoint;
    }

    /** Answers what waits, and lets go of the workers. */
    public void close() {
        endpoints.values().forEach(Endpoint::close);
    }
}
