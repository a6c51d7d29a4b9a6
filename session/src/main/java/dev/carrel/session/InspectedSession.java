package dev.carrel.session;

import dev.carrel.context.Principal;
import dev.carrel.id.SessionId;
import dev.carrel.session.store.SessionRecord;

/** A session that an operator of its tenant looks at: proof that {@link Sessions}, its only maker, has checked. Immutable. */
public final class InspectedSession {
    private final SessionRecord session;
    private final Principal operator;

    InspectedSession(SessionRecord session, Principal operator) {
        this.session = session;
        this.operator = operator;
    }

    /** Its id. */
    public SessionId id() {
        return session.id();
    }

    /** The session, as it was when the operator's right was checked. */
    public SessionRecord session() {
        return session;
    }

    /** Who looks at it; not whose it is. */
    public Principal operator() {
        return operator;
    }
}
