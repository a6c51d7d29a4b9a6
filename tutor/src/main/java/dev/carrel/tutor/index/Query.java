package dev.carrel.tutor.index;

import java.util.Map;

import dev.carrel.tutor.embed.Vector;

/**
 * What is looked for.
 *
 * @param vector the question's vector
 * @param terms its words as {@link Terms} gives them, each with how much it matters (1: as much as any); may be empty
 */
public record Query(Vector vector, Map<String, Double> terms) {
    /** Keeps a copy of the terms. */
    public Query {
        terms = Map.copyOf(terms);
    }
}
