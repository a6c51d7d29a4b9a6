package dev.carrel.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;

import dev.carrel.batch.EmbeddingModel;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Tokens;
import dev.carrel.context.Cancellation;
import dev.carrel.error.FailedException;
import dev.carrel.error.InvalidInputException;

/**
 * The sentence embedding model all-MiniLM-L6-v2 (22 million parameters, 384 dimensions), run by ONNX Runtime.
 *
 * {@snippet :
 * try (MiniLm model = MiniLm.load(dataFolder);
 *         Batcher<Tokens, float[]> embedder = Batcher.of("embed", model).maxCost(512, Tokens::count).start()) {
 *     float[] vector = embedder.call(model.tokens("When is the exam?"));
 * }
 * }
 *
 * <ul>
 * <li>{@link #run} and {@link #embed} are one padded model call, whatever the number of texts; a vector is bit for bit the
 * same alone and in company (on one CPU, with one thread per call, which is the default).
 * <li>A batch ends early once all who wait for it have asked to stop, or its thread is interrupted.
 * <li>Model and tokenizer come from the class path; nothing is fetched. The model is unpacked once into the data folder,
 * because reading it from a file takes half the time and half the memory of reading it from the jar.
 * <li>One call uses one core: calls from several threads run side by side.
 * </ul>
 *
 * Vectors are the mean of the token vectors, scaled to length 1, as in the model's card
 * (sentence-transformers/all-MiniLM-L6-v2). Thread-safe. Close it when no more calls are wanted; calls that run are
 * waited for.
 */
public final class MiniLm implements EmbeddingModel, AutoCloseable {
    /** The most tokens of one text. The model has 512 positions, but was trained on texts of up to 256. */
    public static final int MAX_TOKENS = 256;

    /** The most tokens of one text if it is {@linkplain #splitting() split}: 32 windows. */
    public static final int MAX_SPLIT_TOKENS = 32 * (MAX_TOKENS - 2) + 2;

    /** The length of a vector. */
    public static final int DIMENSIONS = 384;

    /** Names model, pooling and limit: vectors of two identities must not be compared. */
    public static final String IDENTITY = "all-MiniLM-L6-v2/mean/l2/256";

    private final OnnxSession session;
    private final WordPieces words;

    private MiniLm(OnnxSession session, WordPieces words) {
        this.session = session;
        this.words = words;
    }

    /**
     * Loads the model, one thread per call. Takes about half a second, a second more the first time.
     *
     * @param dataFolder where the model and DJL's native library are unpacked (under {@code models/}); created if missing
     * @throws UncheckedIOException if the data folder cannot be written or the model is not on the class path
     * @throws FailedException if the native libraries do not load on this machine
     */
    public static MiniLm load(Path dataFolder) {
        return load(dataFolder, 1);
    }

    /** As {@link #load(Path)}, with {@code threads} threads for each call: lower latency for one user, less for many. */
    public static MiniLm load(Path dataFolder, int threads) {
        return load(dataFolder, threads, Device.BEST);
    }

    static MiniLm load(Path dataFolder, int threads, Device device) {
        ModelFiles files = ModelFiles.in(dataFolder);
        try {
            files.keepDjlAtHome();
            WordPieces words = WordPieces.load();
            return new MiniLm(OnnxSession.load(files.model(), threads, device), words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OrtException e) {
            throw new FailedException("The embedding model could not be loaded.", e);
        }
    }

    /** Begins to load the model on a thread of its own, beside whatever else starts. */
    public static CompletableFuture<MiniLm> loadBeside(Path dataFolder) {
        CompletableFuture<MiniLm> loading = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("carrel-model-load").inheritInheritableThreadLocals(false).start(() -> {
            try {
                loading.complete(load(dataFolder));
            } catch (Throwable e) { // an UnsatisfiedLinkError too belongs to whoever waits
                loading.completeExceptionally(e);
            }
        });
        return loading;
    }

    /**
     * This model for longer texts: one of more than {@link #MAX_TOKENS} tokens is read in windows of about the same length,
     * one after the other, and has the mean of their vectors, scaled to length 1. Any other has the vector that it has without. The
     * windows are rows of one call: a batcher's cost should count tokens. Closed with this one.
     */
    public EmbeddingModel splitting() {
        return new Splitting(this);
    }

    private record Splitting(MiniLm model) implements EmbeddingModel {
        @Override
        public Tokens tokens(String text) {
            return WordPieces.checked(model.ids(text), MAX_SPLIT_TOKENS);
        }

        @Override
        public Tokens tokens(long[] ids) {
            return WordPieces.checked(WordPieces.marked(ids), MAX_SPLIT_TOKENS);
        }

        @Override
        public int dimensions() {
            return DIMENSIONS;
        }

        @Override
        public List<Outcome<float[]>> run(List<Item<Tokens>> items) {
            return model.run(items, MAX_SPLIT_TOKENS);
        }
    }

    /** How many tokens {@code text} takes of {@link #MAX_TOKENS}, its own start and end marks included. */
    public int count(String text) {
        return ids(text).length;
    }

    @Override
    public Tokens tokens(String text) {
        return WordPieces.checked(ids(text), MAX_TOKENS);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The marks of a text's beginning (101) and end (102) are put around tokens that have neither, as OpenAI's clients
     * send them; tokens that have both are taken as they are, and those that have one of them are refused.
     */
    @Override
    public Tokens tokens(long[] ids) {
        return WordPieces.checked(WordPieces.marked(ids), MAX_TOKENS);
    }

    @Override
    public int dimensions() {
        return DIMENSIONS;
    }

    @Override
    public List<Outcome<float[]>> run(List<Item<Tokens>> items) {
        return run(items, MAX_TOKENS);
    }

    private List<Outcome<float[]>> run(List<Item<Tokens>> items, int limit) {
        List<Outcome<float[]>> outcomes = new ArrayList<>(items.size());
        List<Item<Tokens>> sound = new ArrayList<>(items.size());
        for (Item<Tokens> item : items) {
            try {
                check(item.input(), limit);
                sound.add(item);
            } catch (InvalidInputException e) {
                // Not made by tokens(...): ONNX Runtime would refuse all of the batch for it.
                outcomes.add(item.failed(e));
            }
        }
        if (!sound.isEmpty()) {
            Optional<float[][]> vectors = vectors(sound.stream().map(Item::input).toList(),
                    sound.stream().map(Item::cancellation).toList());
            for (int i = 0; i < sound.size(); i++) {
                Item<Tokens> item = sound.get(i);
                outcomes.add(vectors.isPresent() ? item.ok(vectors.get()[i]) : item.cancelled());
            }
        }
        return outcomes;
    }

    private static void check(Tokens tokens, int limit) {
        long[] ids = new long[tokens.count()];
        tokens.copyTo(ids, 0);
        WordPieces.checked(ids, limit);
    }

    /**
     * One vector for each text, in the same order: shape {@code [texts][dimensions]}, each of length (L2 norm) 1. What
     * else is in {@code texts} changes no vector. Runs on the calling thread, without a batcher, and to its end: what is
     * written after a commit, such as an index, must not miss a text because its owner has left.
     *
     * @throws InvalidInputException if a text is longer than {@link #MAX_TOKENS}; nothing is ever cut silently
     */
    public float[][] embed(List<String> texts) {
        if (texts.isEmpty()) {
            return new float[0][];
        }
        return vectors(texts.stream().map(this::tokens).toList(), List.of()).orElseThrow();
    }

    /** Empty if nobody wants them any more; {@code callers} are those who might, or none for whoever runs it to its end. */
    private Optional<float[][]> vectors(List<Tokens> texts, List<Cancellation> callers) {
        Rows rows = new Rows(texts, MAX_TOKENS, DIMENSIONS);
        try {
            return session.run(callers, rows.inputs(), Set.of("last_hidden_state"),
                    result -> rows.vectors(((OnnxTensor) result.get(0)).getFloatBuffer()));
        } catch (OrtException e) {
            throw new FailedException("The embedding model failed.", e);
        }
    }

    private long[] ids(String text) {
        try {
            return session.whileOpen(() -> words.of(text));
        } catch (OrtException e) {
            throw new FailedException("The text could not be read.", e);
        }
    }

    /** Waits for the calls that run, then frees the model. */
    @Override
    public void close() {
        session.close();
        words.close();
    }
}
