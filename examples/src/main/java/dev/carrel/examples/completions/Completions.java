package dev.carrel.examples.completions;

import org.jspecify.annotations.Nullable;

import dev.carrel.examples.driver.Program;

/** The job: answer a message; the answer needs an action, and the action needs to know who is asking. */
public interface Completions extends Program {
    /**
     * {@code POST /completions}.
     *
     * @param user who is logged in, as the login cookie says; null if nobody is
     */
    String complete(@Nullable String user, String message);

    /** Where the action looks the answer up. */
    @FunctionalInterface
    interface Bank {
        /** The balance of this user's account. */
        String balance(String user);
    }
}
