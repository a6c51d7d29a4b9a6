package dev.carrel.tutor.embed;

import java.util.List;

/**
 * Turns texts into vectors whose dot product says how near two texts are in meaning.
 *
 * <p>A model is one; a batcher that runs many callers' questions together is another. Thread-safe.
 */
@FunctionalInterface
public interface Embedder {
    /**
     * One vector for each text, in the same order: shape {@code [texts][dimensions]}, each of length (L2 norm) 1. What
     * else is in {@code texts} changes no vector.
     *
     * @throws dev.carrel.error.InvalidInputException if a text is longer than the model can read; nothing is ever cut
     *         silently
     */
    float[][] embed(List<String> texts);
}
