package dev.carrel.session.store;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import dev.carrel.id.SessionId;
import dev.carrel.session.StoredEvent;

/**
 * Who listens to which session on this node. A store publishes here what it has just made durable, in the order of the
 * numbers. Thread-safe.
 */
public final class EventHub {
    private final ConcurrentHashMap<SessionId, CopyOnWriteArrayList<EventLog.Listener>> listeners = new ConcurrentHashMap<>();

    /** A hub without listeners. */
    public EventHub() {}

    /** Registers a listener. */
    public EventLog.Subscription subscribe(SessionId session, EventLog.Listener listener) {
        listeners.compute(session, (id, list) -> {
            var registered = list == null ? new CopyOnWriteArrayList<EventLog.Listener>() : list;
            registered.add(listener);
            return registered;
        });
        return () -> listeners.computeIfPresent(session, (id, list) -> {
            list.remove(listener);
            return list.isEmpty() ? null : list;
        });
    }

    /** Tells the session's listeners of events that the store now has. */
    public void logged(SessionId session, List<StoredEvent> events) {
        if (!events.isEmpty()) {
            each(session, listener -> listener.logged(events));
        }
    }

    /** Tells the session's listeners that it is over for them. */
    public void ended(SessionId session, String reason) {
        each(session, listener -> listener.ended(reason));
    }

    /** Tells the session's listeners that the store has events which did not come through this hub. */
    public void changed(SessionId session) {
        each(session, EventLog.Listener::changed);
    }

    /** Tells all listeners that their store may have such events. */
    public void changed() {
        listeners.values().forEach(list -> list.forEach(EventLog.Listener::changed));
    }

    /** The sessions that have listeners now. */
    public Set<SessionId> followed() {
        return Set.copyOf(listeners.keySet());
    }

    private void each(SessionId session, Consumer<EventLog.Listener> action) {
        var list = listeners.get(session);
        if (list != null) {
            list.forEach(action);
        }
    }
}
