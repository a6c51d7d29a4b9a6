package dev.carrel.session.store;

import java.time.Duration;

/**
 * How much a store keeps. Events of the attempt that runs are never dropped, and what a turn said stays with the turn; a reader
 * whose place in the log is gone is given a snapshot instead.
 *
 * @param events of each session, at most about so many; more than fits is dropped a few at a time
 * @param eventLength of each session's events, at most about so many characters of JSON
 * @param eventAge how long an event is kept
 * @param changes of each session's keys, for its history, at most about so many
 * @param ended how long it is known that a session has ended
 */
public record Retention(int events, long eventLength, Duration eventAge, int changes, Duration ended) {
    /** 10,000 events or 8 million characters of a session, for 30 days; 1,000 changes; ended sessions for 30 days. */
    public static final Retention DEFAULT = new Retention(10_000, 8_000_000, Duration.ofDays(30), 1_000,
            Duration.ofDays(30));

    public Retention {
        if (events < 1 || eventLength < 1 || changes < 1 || !eventAge.isPositive() || !ended.isPositive()) {
            throw new IllegalArgumentException("what is kept must be more than nothing: " + events + " events, "
                    + eventLength + " characters, " + eventAge + ", " + changes + " changes, " + ended);
        }
    }
}
