package dev.carrel.store.jdbc;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.EventHub;
import dev.carrel.session.store.EventLog;

/**
 * Tells what was committed: at once whoever listens on this node, and soon the other nodes that share the database.
 *
 * @param others wakes the other nodes; null if no other shares the database
 */
record Publisher(EventHub hub, @Nullable Wakeups others) {
    void logged(SessionId session, List<StoredEvent> events) {
        hub.logged(session, events);
        if (others != null) {
            others.logged(session, events.getLast().id().number());
        }
    }

    void ended(SessionId session, String reason) {
        hub.ended(session, reason);
        wake(Wakeup.ended(session, reason));
    }

    void revoked() {
        wake(Wakeup.REVOKED);
    }

    /** A turn was asked to stop, which another node may run. */
    void stop() {
        wake(Wakeup.STOP);
    }

    /** Has this called when another node has asked a turn to stop. */
    EventLog.Subscription onStop(Runnable look) {
        return others == null ? () -> {} : others.onStop(look);
    }

    private void wake(Wakeup wakeup) {
        if (others != null) {
            others.wake(wakeup);
        }
    }
}
