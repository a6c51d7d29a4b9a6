package dev.carrel.tutor.embed;

/** Counts what a model would make of a text, without running it. Thread-safe. */
@FunctionalInterface
public interface Tokens {
    /** How many tokens {@code text} takes of the model's limit, its own start and end marks included. */
    int count(String text);
}
