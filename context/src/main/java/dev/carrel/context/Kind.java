package dev.carrel.context;

import java.util.Locale;

/**
 * How long a context value lives: as long as the tenant, user, session, turn, request or task that it belongs to. Longest
 * first. The end comes with the {@link Lifetime} of that kind in which the value was bound.
 */
public enum Kind {
    /** As long as the organisation whose data it is. */
    TENANT,
    /** As long as the user is signed in. */
    USER,
    /** As long as the conversation. */
    SESSION,
    /** As long as one message and all that it causes. */
    TURN,
    /** As long as one request to the server. */
    REQUEST,
    /** As long as one task. */
    TASK;

    /** {@code tenant}, {@code user}, ... */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
