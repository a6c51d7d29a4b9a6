package dev.carrel.session;

import java.util.Locale;

/** Where a turn stands. The first three are open; a turn leaves them exactly once, for one of the last four. */
public enum TurnStatus {
    /** Accepted; waits for the turns before it. */
    QUEUED,
    /** Its handler runs. */
    RUNNING,
    /** Its handler has asked its user something, and waits for the answer. */
    WAITING,
    /** The answer stands, and so do the state changes. */
    COMMITTED,
    /** The handler failed; nothing changed. */
    FAILED,
    /** The owner stopped it; nothing changed. */
    CANCELLED,
    /** The server died or stopped under it; nothing changed. */
    INTERRUPTED;

    /** Whether it can still change. */
    public boolean open() {
        return this == QUEUED || this == RUNNING || this == WAITING;
    }

    /** As it stands on the wire: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
