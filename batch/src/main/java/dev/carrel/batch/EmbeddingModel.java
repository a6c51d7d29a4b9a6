package dev.carrel.batch;

import java.time.Duration;
import java.util.List;

import dev.carrel.error.InvalidInputException;

/**
 * A model that turns texts into vectors, in two steps: a text into {@linkplain Tokens tokens} on its caller's thread, and the
 * tokens of many callers into vectors in one batch. A vector has a length (L2 norm) of 1, and is the same whatever else is in
 * its batch. Thread-safe.
 */
public interface EmbeddingModel extends ServedModel, BatchModel<Tokens, float[]> {
    /**
     * What the model reads of a text. On the caller's thread.
     *
     * @throws InvalidInputException if it is longer than the model can read: nothing is cut silently
     */
    Tokens tokens(String text);

    /**
     * Tokens that somebody else has made of a text by this model's vocabulary.
     *
     * @throws InvalidInputException if there are none, or too many, or one that the model does not know
     */
    Tokens tokens(long[] ids);

    /** How many numbers a vector has. */
    int dimensions();

    /** Whether the first numbers of a vector, scaled to length 1 again, are a vector that serves: few models learn that. */
    default boolean shortens() {
        return false;
    }

    /** How long a call may take, with all of its texts: turning them into tokens, waiting for batches and running in them. */
    @Override
    default Duration within() {
        return Duration.ofSeconds(30);
    }

    /**
     * The same model, which is closed once {@linkplain #closed() nobody uses it any more}: for one that nobody else has.
     *
     * {@snippet :
     * app.embeddings("all-minilm-l6-v2", EmbeddingModel.owned(MiniLm.load(folder)));
     * }
     */
    @SuppressWarnings("try") // what close() throws is logged, an interrupt too
    static <M extends EmbeddingModel & AutoCloseable> EmbeddingModel owned(M model) {
        return new OwnedEmbedding(model, model);
    }

    /** For each of the items, as ever, one outcome; its vector belongs to whoever receives it. */
    @Override
    List<Outcome<float[]>> run(List<Item<Tokens>> items) throws Exception;
}
