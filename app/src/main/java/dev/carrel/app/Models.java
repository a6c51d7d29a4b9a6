package dev.carrel.app;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

import dev.carrel.batch.Attributes;
import dev.carrel.batch.BatchModel;
import dev.carrel.batch.Batcher;
import dev.carrel.batch.Health;
import dev.carrel.error.CarrelException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.NotFoundException;
import dev.carrel.error.UnavailableException;
import dev.carrel.time.TimeSource;

/** The models of the running application, by their names: those that {@link App#model} and its like
 * declared, and those that came later. Thread-safe. */
public final class Models {
    private final Places places;
    private final Instant since;

    private Models(TimeSource time) {
        places = new Places(time);
        since = time.now();
    }

    /**
     * Makes what the application declared ready. Whoever starts the application calls this, and {@link #close} at its end.
     *
     * @throws IllegalStateException if a model cannot be set up
     */
    public static Models open(App app, TimeSource time) {
        var open = new Models(time);
        open.places.load(app.models());
        return open;
    }

    /**
     * Has models run from now on, while the application serves, and returns once they do: new ones, or others under names that are
     * there. What the one before was asked is answered by it; then it ends, and is told so by {@link BatchModel#closed}. Their paths
     * are there only if the application has had models from the start, and embedding models for those of embeddings.
     *
     * {@snippet :
     * running.models().load(app -> app.model("embed", new Embedding(newFile), batches -> batches.maxItems(16)));
     * }
     *
     * @param declaration declares models, as it would for an application that starts; what else it declares counts for nothing
     * @throws IllegalStateException if one of them cannot be set up; then nothing has changed
     * @throws UnavailableException if the application is stopping
     */
    public void load(Consumer<App> declaration) {
        App declared = Carrel.app("loaded");
        declaration.accept(declared);
        places.load(declared.models());
    }

    /**
     * From now on there is no model of this name; what it was asked it still answers.
     *
     * @throws NotFoundException if there is none now
     * @throws UnavailableException if the application is stopping
     */
    public void unload(String name) {
        if (!places.unload(name)) {
            throw unknown();
        }
    }

    /** The names, in the order in which they came. */
    public List<String> names() {
        return places.names();
    }

    /**
     * Calls a model in the running context.
     *
     * @return the answer, as JSON
     * @throws NotFoundException if there is no such model
     * @throws CarrelException what the model refuses, and all that {@link Batcher#call(Object)} throws
     */
    public String call(String name, JsonInput request, Attributes attributes) {
        return places.use(name, Endpoint.Calls.class, Models::unknown,
                endpoint -> ((Endpoint.Calls<?, ?>) endpoint).call(request, attributes));
    }

    /**
     * Asks a model that answers at once or piece by piece, whichever of them has the name, in the running context.
     *
     * @return the answer, or the beginning of one; whoever calls this closes that
     * @throws NotFoundException if there is no such model
     * @throws CarrelException what the model refuses, and all that {@link Batcher#call(Object)} throws
     */
    public ModelAnswer answer(String name, JsonInput request, Attributes attributes) {
        return places.ask(name, Models::unknown, request, attributes);
    }

    /**
     * Begins the answer of a {@link StreamingModel}, in the running context; whoever calls this closes it.
     *
     * @throws NotFoundException if there is no such model
     * @throws CarrelException what the model refuses, and all that {@link Batcher#call(Object)} throws
     */
    public PieceStream open(String name, JsonInput request, Attributes attributes) {
        return places.open(name, Models::unknown, streams -> streams.open(request, attributes));
    }

    /** Those that turn texts into vectors, in the order in which they were declared. */
    public List<String> embeddings() {
        return places.names().stream().filter(this::embeds).toList();
    }

    /** Whether the model turns texts into vectors; not if there is no such model. */
    public boolean embeds(String name) {
        return places.has(name, EmbeddingEndpoint.class);
    }

    /**
     * Has a model turn texts into vectors, in the running context, each an item of its own in the batch.
     *
     * @param dimensions how many numbers a vector shall have; empty for as many as the model makes
     * @param encoding what the caller is sent of them
     * @return that, as JSON
     * @throws InvalidInputException if the model cannot read a text; names it as {@code input}, or {@code input[3]} of several,
     *         or {@code dimensions}
     * @throws NotFoundException if there is no such model
     * @throws CarrelException all that {@link Batcher#callAll} throws; if one text fails, all do
     */
    public String embed(String name, List<? extends EmbeddingInput> texts, OptionalInt dimensions,
            Vectors.Encoding encoding) {
        return places.use(name, EmbeddingEndpoint.class, Models::noEmbedding,
                endpoint -> ((EmbeddingEndpoint) endpoint).call(texts, dimensions, encoding));
    }

    /** There is no such model that turns texts into vectors. */
    public static NotFoundException noEmbedding() {
        return new NotFoundException("There is no embedding model of that name.", "model_not_found");
    }

    /** Since when they are there. */
    public Instant since() {
        return since;
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
        return places.up(name, Models::unknown);
    }

    /**
     * Whether each of them can be called now, in the order in which they came: all are asked at once, and what is unloaded meanwhile
     * is left out.
     */
    public Map<String, Boolean> up() {
        return places.up(Models::unknown);
    }

    /**
     * How the model's batches stand now.
     *
     * @throws NotFoundException if there is no such model
     */
    public Health health(String name) {
        return places.use(name, Endpoint.class, Models::unknown, Endpoint::health);
    }

    /** Answers what waits, lets go of the workers, and tells the models, those at which somebody still is when that one leaves. */
    public void close() {
        places.close();
    }
}
