package dev.carrel.app;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.spi.AppHost;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.EmbeddingModel;
import dev.carrel.batch.Step;
import dev.carrel.batch.Tokens;
import dev.carrel.pool.TaskPoolBuilder;
import dev.carrel.session.Key;

/**
 * What an application consists of. Declare everything, then start it; a declaration is not thread-safe, what was started
 * no longer changes.
 */
public final class App {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9.-]{0,63}");

    private final String name;
    private final Map<String, ChatHandler> chats = new LinkedHashMap<>();
    private final Map<String, ChatOptions> options = new LinkedHashMap<>();
    private final Map<String, FunctionHandler> functions = new LinkedHashMap<>();
    private final Map<String, Consumer<TaskPoolBuilder>> pools = new LinkedHashMap<>();
    private final Map<String, Endpoint.Declared> models = new LinkedHashMap<>();
    private final Map<String, Key> keys = new LinkedHashMap<>();
    private Limits limits = Limits.DEFAULT;
    private SessionLimits sessions = SessionLimits.DEFAULT;
    private @Nullable SessionListener listener;

    App(String name) {
        this.name = requireName(name, "an application");
    }

    /**
     * What one session may ask for.
     *
     * @param messageLength characters in a message
     * @param openTurns turns of a session that wait or run
     * @param turnTime how long a handler may take before its turn fails
     * @param runningTurns turns that run at once on a node
     */
    public record Limits(int messageLength, int openTurns, Duration turnTime, int runningTurns) {
        /** 16,000 characters, 16 open turns, 5 minutes, 4,096 at once. */
        public static final Limits DEFAULT = new Limits(16_000, 16, Duration.ofMinutes(5), 4_096);
    }

    /** Adds a chat; a session that names none talks to the first. */
    public App chat(String chatName, ChatHandler handler) {
        return chat(chatName, handler, ChatOptions.DEFAULT);
    }

    /** Adds a chat that treats its messages so. */
    public App chat(String chatName, ChatHandler handler, ChatOptions chatOptions) {
        add(chats, chatName, handler, "a chat");
        options.put(chatName, Objects.requireNonNull(chatOptions, "chatOptions"));
        return this;
    }

    /** Adds a function, which clients call under {@code /sessions/{id}/functions/{name}}. */
    public App function(String functionName, FunctionHandler handler) {
        add(functions, functionName, handler, "a function");
        return this;
    }

    /**
     * Adds a task pool, which handlers reach as {@link Pools#named}. It lives as long as the running application: when that
     * stops, turns end first, then the pools are closed, in the order in which they were added. So a pool whose tasks use
     * another is added before it.
     *
     * {@snippet :
     * app.pool("evaluation", pool -> pool.concurrency(4).queue(200).limit(Duration.ofSeconds(30)));
     * }
     */
    public App pool(String poolName, Consumer<TaskPoolBuilder> description) {
        add(pools, poolName, description, "a pool");
        return this;
    }

    /**
     * Adds a model, which clients call under {@code /models/{name}}.
     *
     * {@snippet :
     * app.model("embed", new Embedding(), batches -> batches.maxItems(16).workers(2));
     * }
     *
     * @param description how its batches are made: their size, the queue, the workers
     */
    public <I, O> App model(String modelName, Model<I, O> model, Consumer<BatcherBuilder<I, O>> description) {
        add(models, modelName, Endpoint.Calls.declared(modelName, Objects.requireNonNull(model, "model"),
                Objects.requireNonNull(description, "description")), "a model");
        return this;
    }

    /** Adds a model of which each call runs alone. */
    public <I, O> App model(String modelName, Model<I, O> model) {
        return model(modelName, model, batches -> batches.maxItems(1));
    }

    /**
     * Adds a model that answers piece by piece, which clients call under {@code /models/{name}}.
     *
     * @param description how its steps are made, each of them a batch; its bound on what waits is one on open streams
     */
    public <I, O> App streamingModel(String modelName, StreamingModel<I, O> model,
            Consumer<BatcherBuilder<I, Step<O>>> description) {
        add(models, modelName, Endpoint.Streams.declared(modelName, Objects.requireNonNull(model, "model"),
                Objects.requireNonNull(description, "description")), "a model");
        return this;
    }

    /**
     * Adds a model that turns texts into vectors, which clients call as they call OpenAI's embeddings, under
     * {@code /v1/embeddings}. Each text is an item of its own; those of many requests share batches.
     *
     * {@snippet :
     * app.embeddings("all-minilm-l6-v2", model, batches -> batches.maxItems(16));
     * }
     *
     * @param description how its batches are made; unless it says otherwise a batch has at most 32 texts and 2,048 tokens,
     *         padding included, and 4,096 texts may wait
     */
    public App embeddings(String modelName, EmbeddingModel model,
            Consumer<BatcherBuilder<Tokens, float[]>> description) {
        add(models, modelName, EmbeddingEndpoint.declared(modelName, Objects.requireNonNull(model, "model"),
                Objects.requireNonNull(description, "description")), "a model");
        return this;
    }

    /** As {@link #embeddings(String, EmbeddingModel, Consumer)}, with batches as they are unless described. */
    public App embeddings(String modelName, EmbeddingModel model) {
        return embeddings(modelName, model, batches -> {});
    }

    /** Sets what one session may ask for. */
    public App limits(Limits newLimits) {
        limits = Objects.requireNonNull(newLimits, "limits");
        return this;
    }

    /** Sets how long sessions live and how many there may be. */
    public App sessions(SessionLimits newLimits) {
        sessions = Objects.requireNonNull(newLimits, "newLimits");
        return this;
    }

    /**
     * Has this one told when sessions begin and end.
     *
     * @throws IllegalStateException if there is one already: its changes and its mark are one write
     */
    public App listener(SessionListener newListener) {
        if (listener != null) {
            throw new IllegalStateException("an application has one listener: have it call the others");
        }
        listener = Objects.requireNonNull(newListener, "newListener");
        return this;
    }

    /**
     * Declares keys of its state, for operators to see what the application keeps: {@code carrel state} lists them from the store,
     * in which they are left when the application starts. Optional; a key that is not declared works as well.
     *
     * @throws IllegalArgumentException if another key of the same scope has the name
     */
    public App state(Key... stateKeys) {
        for (Key key : stateKeys) {
            Key other = keys.putIfAbsent(key.scope().text() + " " + key.name(), key);
            if (other != null && other != key) {
                throw new IllegalArgumentException("two keys of scope " + key.scope().text() + " are named \""
                        + key.name() + "\", a " + other.kind() + " and a " + key.kind()
                        + ": declare one once and share it, or give it another name");
            }
        }
        return this;
    }

    private static <H> void add(Map<String, H> handlers, String name, H handler, String what) {
        if (handlers.putIfAbsent(requireName(name, what), Objects.requireNonNull(handler, what)) != null) {
            throw new IllegalArgumentException(what + " named \"" + name + "\" is there already");
        }
    }

    private static String requireName(String name, String what) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    what + "'s name must be 1 to 64 of a-z 0-9 . - and begin with a letter, not \""
                            + name + "\"");
        }
        return name;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The chats, in the order in which they were added. */
    public Map<String, ChatHandler> chats() {
        return Map.copyOf(chats);
    }

    /** How each chat treats its messages. */
    public Map<String, ChatOptions> chatOptions() {
        return Map.copyOf(options);
    }

    /** The chat that a session talks to if it names none; empty if there is no chat. */
    public Optional<String> firstChat() {
        return chats.keySet().stream().findFirst();
    }

    /** The functions. */
    public Map<String, FunctionHandler> functions() {
        return Map.copyOf(functions);
    }

    /** The task pools, as they were described, in the order in which they were added. */
    public Map<String, Consumer<TaskPoolBuilder>> pools() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(pools));
    }

    /** The models, by their names, in the order in which they were added. */
    Map<String, Endpoint.Declared> models() {
        return Collections.unmodifiableMap(models);
    }

    /** What one session may ask for. */
    public Limits limits() {
        return limits;
    }

    /** How long sessions live and how many there may be. */
    public SessionLimits sessionLimits() {
        return sessions;
    }

    /** Who is told when sessions begin and end. */
    public Optional<SessionListener> listener() {
        return Optional.ofNullable(listener);
    }

    /** The keys of its state that it has declared, in the order in which it did. */
    public List<Key> keys() {
        return List.copyOf(keys.values());
    }

    /**
     * Starts the application in the server that is on the class path, configured by the environment.
     *
     * @throws IllegalStateException if there is no server on the class path
     */
    public RunningApp start() {
        return ServiceLoader.load(AppHost.class).findFirst().orElseThrow(() -> new IllegalStateException(
                "no server is on the class path: add dev.carrel:carrel-server")).start(this);
    }
}
