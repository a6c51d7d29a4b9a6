package dev.carrel.session.store;

import org.jspecify.annotations.Nullable;

/**
 * What a key holds.
 *
 * @param version how often the key has been written; that of a key never written is 0
 * @param value null if there is none now: never written, removed, or past its time
 */
public record Versioned(long version, @Nullable Encoded value) {
    /** A key that was never written. */
    public static final Versioned NEVER = new Versioned(0, null);
}
