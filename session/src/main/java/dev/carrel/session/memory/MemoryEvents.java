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
        MemorySession entry = store.get(session);
        entry.lock.lock();
        try {
            return entry.gone ? Optional.empty() : Optional.of(new Range(entry.session.epoch(), 1, entry.log.size()));
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public List<StoredEvent> read(SessionId session, long after, int max) {
        MemorySession entry = store.get(session);
        entry.lock.lock();
        try {
            int from = (int) Math.min(Math.max(0, after), entry.log.size());
            return List.copyOf(entry.log.subList(from, (int) Math.min(entry.log.size(), (long) from + max)));
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public Subscription subscribe(SessionId session, Listener listener) {
        return store.hub.subscribe(session, listener);
    }
}
