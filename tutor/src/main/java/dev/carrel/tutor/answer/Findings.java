package dev.carrel.tutor.answer;

import java.util.List;

/**
 * What was found for a question. Immutable.
 *
 * @param question what was asked, with what it leans on
 * @param sources the passages that an answer is to be made of, the best first; empty if nothing is near at all
 * @param answered whether they are judged to answer it
 * @param signals on what that judgement rests
 */
public record Findings(Question question, List<Source> sources, boolean answered, Signals signals) {
    /** Keeps a copy. */
    public Findings {
        sources = List.copyOf(sources);
    }
}
