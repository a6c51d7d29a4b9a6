package dev.carrel.app;

import java.util.List;

/**
 * What the texts of a call have become.
 *
 * @param vectors one for each text, in the same order; they belong to the caller
 * @param tokens how many the model read, all texts together
 */
public record Vectors(List<float[]> vectors, long tokens) {
    /** What a caller is sent of them. */
    @FunctionalInterface
    public interface Encoding {
        /** A value to be written as JSON. On the caller's thread. */
        Object encode(Vectors made);
    }
}
