package dev.carrel.tutor.index;

import java.util.Locale;

import dev.carrel.tutor.docs.Passage;

/**
 * A passage that was found. Immutable.
 *
 * @param kind whether it is of a shared document or of the asker's own note; a note's {@link Passage#source()} is its id
 * @param similarity how near in meaning: the cosine of the two vectors, from -1 to 1
 * @param coverage how many of the query's words are in it, from 0 to 1, rare words counting more; 0 if it has none
 */
public record Hit(Passage passage, Kind kind, double similarity, double coverage) {
    /** What a passage is a piece of. */
    public enum Kind {
        /** A document that everybody may read. */
        DOCUMENT,
        /** The asker's own note. */
        NOTE;

        /** As it stands in {@code sources}: {@code document} or {@code note}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the hits of one query are ordered by: meaning first, words second. */
    public double score() {
        return similarity + 0.25 * coverage;
    }
}
