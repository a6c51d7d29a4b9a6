package dev.carrel.tutor.model;

import java.util.Objects;

/** A question of this conversation and the answer that was given. */
public record Exchange(String question, String answer) {
    /** Checks that nothing is missing. */
    public Exchange {
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(answer, "answer");
    }
}
