package dev.carrel.tutor.answer;

import java.util.List;

/**
 * An answer that quotes. Immutable.
 *
 * @param answered whether the documents and notes answer the question; if not, the text says so
 * @param pieces the Markdown text, to be sent piece by piece and read joined; {@code [1]} refers to the source with that
 *        number
 * @param sources what is cited, in order; empty if not answered
 */
public record Answer(boolean answered, List<String> pieces, List<Source> sources) {
    /** Keeps copies. */
    public Answer {
        pieces = List.copyOf(pieces);
        sources = List.copyOf(sources);
    }

    /** The whole text. */
    public String text() {
        return String.join("", pieces);
    }
}
