package dev.carrel.tutor.index;

import java.util.Objects;

/** A learner's private note, as its store has it: an id that is its owner's own, never used twice, and the text. */
public record Note(String id, String text) {
    /** Checks that nothing is missing. */
    public Note {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
    }
}
