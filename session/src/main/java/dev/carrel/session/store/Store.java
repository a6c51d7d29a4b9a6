package dev.carrel.session.store;

/**
 * The ports of one store. All of them are thread-safe and blocking. A store that cannot do its work throws
 * {@link dev.carrel.error.UnavailableException}, and what it was asked to do has then not been acknowledged.
 */
public interface Store extends AutoCloseable {
    /** Sessions and their state. */
    SessionStore sessions();

    /** Turns and the leases of their lanes. */
    TurnStore turns();

    /** What each session has been sent. */
    EventLog events();

    /** What belongs to users across sessions. */
    UserStore users();

    /** Credentials that were withdrawn. */
    Revocations revocations();

    /** Finishes what was begun and lets go of everything. */
    @Override
    void close();
}
