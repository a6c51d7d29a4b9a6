package dev.carrel.integrations.scope;

import java.util.Objects;

import dev.carrel.context.Context;

/**
 * For libraries that treat the current context like a thread-local: they read it, set another, and later put back what they
 * read, without anything to hold in between. Thread-safe; all calls count for the calling thread.
 */
public final class PairedScopes {
    private PairedScopes() {}

    /** Makes {@code context} current; {@link Context#current()} of just before this call is what to restore later. */
    public static void open(Context context) {
        Stack.open(Objects.requireNonNull(context, "context"), null);
    }

    /**
     * Ends the innermost {@link #open} that was made while {@code before} was current, so that it is again; scopes that
     * were opened within it and left open are closed and logged. If there is none, nothing changes but the log: a second
     * restore, or one on another thread, takes nobody's context away.
     */
    public static void restore(Context before) {
        Stack.restore(Objects.requireNonNull(before, "before"));
    }
}
