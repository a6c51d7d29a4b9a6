package dev.carrel.tutor.docs;

import java.util.Objects;

/**
 * A piece of a document, short enough for the embedding model and to be shown as a whole. Immutable.
 *
 * @param source the document's path, relative to where the documents lie, with {@code /}, such as {@code exams/dates.md}
 * @param heading the headings above it, outermost first, joined by {@code " › "}; empty if there are none
 * @param text the text as it stands in the document (Markdown or plain), without its headings
 */
public record Passage(String source, String heading, String text) {
    /** Between two headings of a path. */
    public static final String ARROW = " › ";

    /** Checks that nothing is missing. */
    public Passage {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(heading, "heading");
        if (text.isBlank()) {
            throw new IllegalArgumentException("a passage of " + source + " has no text");
        }
    }

    /** What is embedded: the headings say what the text is about and often does not repeat. */
    public String embedded() {
        return embedded(heading, text);
    }

    static String embedded(String heading, String text) {
        return heading.isEmpty() ? text : heading.replace(ARROW, ": ") + "\n" + text;
    }

    /** The same passage of a document that has moved. */
    public Passage from(String newSource) {
        return new Passage(newSource, heading, text);
    }
}
