package dev.carrel.examples.driver;

/** A model behind a network: the call takes its time, and meanwhile other users' calls are on their way too. */
@FunctionalInterface
public interface Model {
    /** The model's answer to {@code prompt}. */
    String complete(String prompt);
}
