package dev.carrel.store.jdbc;

import java.util.Optional;

import dev.carrel.id.SessionId;

/**
 * What one node has others look at. It says nothing that is not in the database, where they read it.
 *
 * @param what {@code changed}, why the session ended, {@code revoked} or {@code stop}
 * @param session the session's id; empty if it is about none
 */
record Wakeup(String what, String session) {
    private static final String CHANGED = "changed";

    /** A credential was withdrawn. */
    static final Wakeup REVOKED = new Wakeup("revoked", "");

    /** A turn was asked to stop. */
    static final Wakeup STOP = new Wakeup("stop", "");

    static Wakeup changed(SessionId session) {
        return new Wakeup(CHANGED, session.text());
    }

    static Wakeup ended(SessionId session, String reason) {
        return new Wakeup(reason, session.text());
    }

    boolean isChange() {
        return what.equals(CHANGED);
    }

    private boolean ofNone() {
        return equals(REVOKED) || equals(STOP);
    }

    /** Reads what {@link #toString} wrote; empty for what another version of Carrel may mean. */
    static Optional<Wakeup> parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        var wakeup = new Wakeup(text.substring(0, colon), text.substring(colon + 1));
        return wakeup.ofNone() || SessionId.parse(wakeup.session).isPresent()
                ? Optional.of(wakeup)
                : Optional.empty();
    }

    @Override
    public String toString() {
        return what + ":" + session;
    }
}
