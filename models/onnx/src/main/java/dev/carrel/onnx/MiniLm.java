package dev.carrel.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;

import dev.carrel.error.FailedException;
import dev.carrel.error.InvalidInputException;

/**
 * The sentence embedding model all-MiniLM-L6-v2 (22 million parameters, 384 dimensions), run by ONNX Runtime on the CPU.
 *
 * {@snippet :
 * try (MiniLm model = MiniLm.load(dataFolder)) {
 *     float[][] vectors = model.embed(List.of("When is the exam?", "The exam is on Monday."));
 * }
 * }
 *
 * <ul>
 * <li>{@link #embed} is one padded model call, whatever the number of texts; a vector is bit for bit the same alone and
 * in company (on one CPU, with one thread per call, which is the default).
 * <li>Model and tokenizer come from the class path; nothing is fetched. The model is unpacked once into the data folder,
 * because reading it from a file takes half the time and half the memory of reading it from the jar.
 * <li>One call uses one core: calls from several threads run side by side.
 * </ul>
 *
 * Vectors are the mean of the token vectors, scaled to length 1, as in the model's card
 * (sentence-transformers/all-MiniLM-L6-v2). Thread-safe. Close it when no more calls are wanted; calls that run are
 * waited for, as ending the process in the middle of one can crash it.
 */
public final class MiniLm implements AutoCloseable {
    /** The most tokens of one text. The model has 512 positions, but was trained on texts of up to 256. */
    public static final int MAX_TOKENS = 256;

    /** The length of a vector. */
    public static final int DIMENSIONS = 384;

    /** Names model, pooling and limit: vectors of two identities must not be compared. */
    public static final String IDENTITY = "all-MiniLM-L6-v2/mean/l2/256";

    private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final HuggingFaceTokenizer tokenizer;
    private final ReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed;

    private MiniLm(OrtEnvironment environment, OrtSession session, HuggingFaceTokenizer tokenizer) {
        this.environment = environment;
        this.session = session;
        this.tokenizer = tokenizer;
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
        ModelFiles files = ModelFiles.in(dataFolder);
        try {
            files.keepDjlAtHome();
            HuggingFaceTokenizer tokenizer = tokenizer();
            NativeLife.outliveTheHook(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "carrel");
            OrtEnvironment environment = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
                    "carrel");
            environment.setTelemetry(false);
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(threads);
                options.setInterOpNumThreads(1);
                return new MiniLm(environment, environment.createSession(files.model().toString(), options), tokenizer);
            }
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

    /** The file that comes with the model cuts silently at 128 tokens and pads to 128: both are switched off. */
    private static HuggingFaceTokenizer tokenizer() throws IOException {
        try (InputStream json = ModelFiles.resource(TOKENIZER)) {
            return HuggingFaceTokenizer.newInstance(json, Map.of("truncation", "DO_NOT_TRUNCATE", "padding",
                    "DO_NOT_PAD", "maxLength", "512", "modelMaxLength", "512"));
        }
    }

    /** How many tokens {@code text} takes of {@link #MAX_TOKENS}, its own start and end marks included. */
    public int count(String text) {
        return whileOpen(() -> tokenizer.encode(text).getIds().length);
    }

    /**
     * One vector for each text, in the same order: shape {@code [texts][dimensions]}, each of length (L2 norm) 1. What
     * else is in {@code texts} changes no vector.
     *
     * @throws InvalidInputException if a text is longer than {@link #MAX_TOKENS}; nothing is ever cut silently
     */
    public float[][] embed(List<String> texts) {
        return texts.isEmpty() ? new float[0][] : whileOpen(() -> run(encode(texts)));
    }

    private Encoding[] encode(List<String> texts) {
        Encoding[] encodings = tokenizer.batchEncode(texts);
        for (Encoding encoding : encodings) {
            int tokens = encoding.getIds().length;
            if (tokens > MAX_TOKENS) {
                throw InvalidInputException.tooLarge("text",
                        "is %,d tokens long; at most %,d can be read at once (about %,d words)"
                                .formatted(tokens, MAX_TOKENS, MAX_TOKENS * 3 / 4));
            }
        }
        return encodings;
    }

    private float[][] run(Encoding[] encodings) {
        int rows = encodings.length;
        int width = 0;
        for (Encoding encoding : encodings) {
            width = Math.max(width, encoding.getIds().length);
        }
        long[] ids = new long[rows * width]; // 0 is the padding token, and the mask of padding
        long[] mask = new long[rows * width];
        for (int row = 0; row < rows; row++) {
            long[] from = encodings[row].getIds();
            System.arraycopy(from, 0, ids, row * width, from.length);
            Arrays.fill(mask, row * width, row * width + from.length, 1L);
        }
        long[] shape = {rows, width};
        try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                OnnxTensor maskTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                OnnxTensor typeTensor = OnnxTensor.createTensor(environment, LongBuffer.allocate(rows * width), shape);
                OrtSession.Result result = session.run(Map.of("input_ids", idTensor, "attention_mask", maskTensor,
                        "token_type_ids", typeTensor))) {
            FloatBuffer hidden = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[][] vectors = new float[rows][];
            for (int row = 0; row < rows; row++) {
                vectors[row] = mean(hidden, row * width, encodings[row].getIds().length);
            }
            return vectors;
        } catch (OrtException e) {
            throw new FailedException("The embedding model failed.", e);
        }
    }

    private static float[] mean(FloatBuffer hidden, int firstToken, int tokens) {
        float[] sum = new float[DIMENSIONS];
        for (int token = firstToken; token < firstToken + tokens; token++) {
            int at = token * DIMENSIONS;
            for (int d = 0; d < DIMENSIONS; d++) {
                sum[d] += hidden.get(at + d);
            }
        }
        double squares = 0;
        for (float x : sum) {
            squares += (double) x * x;
        }
        float scale = (float) (1 / Math.max(Math.sqrt(squares), 1e-12)); // the division by tokens cancels out
        for (int d = 0; d < DIMENSIONS; d++) {
            sum[d] *= scale;
        }
        return sum;
    }

    private <T> T whileOpen(Supplier<T> call) {
        life.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the embedding model is closed");
            }
            return call.get();
        } finally {
            life.readLock().unlock();
        }
    }

    /** Waits for the calls that run, then frees the model. */
    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
                tokenizer.close();
            }
        } catch (OrtException e) {
            throw new FailedException("The embedding model could not be closed.", e);
        } finally {
            life.writeLock().unlock();
        }
    }
}
