package dev.carrel.session.store;

import java.time.Instant;

/** Credentials that were withdrawn before they expired. Asked at every request, so it must be quick. */
public interface Revocations {
    /**
     * Withdraws the credential of this id; it may be forgotten after {@code until}, when it expires anyway. Of two such
     * moments the later one counts.
     */
    void revoke(String credential, Instant until);

    /** Whether it was withdrawn. */
    boolean revoked(String credential);
}
