package dev.carrel.session.memory;

import java.util.List;
import java.util.Optional;

import dev.carrel.id.SessionId;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.EventLog;

/** The event logs of a {@link MemoryStore}. */
record MemoryEvents(MemoryStore store) implements EventLog {
    @Override
    public Optional<Range> range(SessionId session) {
        return store.locked(session,
                it -> it.gone
                        ? Optional.empty()
                        : Optional.of(new Range(it.session.epoch(), it.first(), it.head())));
    }

    @Override
    public List<StoredEvent> read(SessionId session, long after, int max) {
        return store.locked(session, it -> it.gone ? List.of() : it.read(after, max));
    }

    @Override
    public Subscription subscribe(SessionId session, Listener listener) {
        return store.hub.subscribe(session, listener);
    }
}
