package dev.carrel.session.store;

/**
 * The ports of one store. All of them are thread-safe and blocking. A store that cannot do its work throws
 * {@link dev.carrel.error.UnavailableException}, and what it was asked to do has then not been acknowledged.
 */
public interface Store extends AutoCloseable {
    /** Sessions. */
    SessionStore sessions();

    /** What is kept under keys, for sessions, users, tenants and the application. */
    StateStore state();

    /** Turns and the leases of their lanes. */
    TurnStore turns();

    /** What each session has been sent. */
    EventLog events();

    /** Leases of other things. */
    LeaseStore leases();

    /** Credentials that were withdrawn. */
    Revocations revocations();

    /**
     * Removes some of what is past its time: values, events, what is left of ended sessions. To be called now and then, by any
     * node; what is past its time is not seen even before.
     *
     * @return how much was removed; 0 if there was nothing, or another node is at it
     */
    int sweep();

    /**
     * Asks whether the store can read and write.
     *
     * @throws dev.carrel.error.UnavailableException if it cannot
     */
    void check();

    /** Finishes what was begun and lets go of everything. */
    @Override
    void close();
}
