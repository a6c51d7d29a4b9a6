package dev.carrel.session;

import dev.carrel.context.Principal;
import dev.carrel.id.SessionId;
import dev.carrel.session.store.SessionRecord;

/** A session in the hands of its owner: proof that {@link Sessions}, its only maker, has checked. Immutable. */
public final class OwnedSession {
    private final SessionRecord session;
    private final Principal principal;

    OwnedSession(SessionRecord session, Principal principal) {
        this.session = session;
        this.principal = principal;
    }

    /** Its id. */
    public SessionId id() {
        return session.id();
    }

    /** The session, as it was when ownership was checked. */
    public SessionRecord session() {
        return session;
    }

    /** The owner, who is asking. */
    public Principal principal() {
        return principal;
    }
}
