package dev.carrel.session.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.carrel.error.ConflictException;
import dev.carrel.id.SessionId;
import dev.carrel.session.EventId;
import dev.carrel.session.Owner;
import dev.carrel.session.Turn;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.SessionStore;
import dev.carrel.session.store.Snapshot;
import dev.carrel.session.store.Versioned;

/** The sessions of a {@link MemoryStore}. */
record MemorySessions(MemoryStore store) implements SessionStore {
    @Override
    public void create(SessionRecord session) {
        if (!store.put(session.id(), new MemorySession(session))) {
            throw new ConflictException("There is a session of this id already.");
        }
    }

    @Override
    public Optional<SessionRecord> find(SessionId id) {
        MemorySession entry = store.get(id);
        entry.lock.lock();
        try {
            return entry.gone ? Optional.empty() : Optional.of(entry.session);
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public List<SessionRecord> list(Owner owner, int limit) {
        List<SessionRecord> own = new ArrayList<>();
        for (MemorySession entry : store.all()) {
            entry.lock.lock();
            try {
                if (!entry.gone && entry.session.owner().equals(owner)) {
                    own.add(entry.session);
                }
            } finally {
                entry.lock.unlock();
            }
        }
        own.sort(Comparator.comparing(SessionRecord::active).reversed());
        return own.subList(0, Math.min(limit, own.size()));
    }

    @Override
    public boolean delete(SessionId id) {
        MemorySession entry = store.get(id);
        entry.lock.lock();
        try {
            if (entry.gone) {
                return false;
            }
            entry.gone = true;
            store.drop(id);
            store.hub.ended(id, "deleted");
            return true;
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public boolean move(SessionId id, Owner from, Owner to) {
        MemorySession entry = store.get(id);
        entry.lock.lock();
        try {
            if (entry.gone || !entry.session.owner().equals(from) || entry.open() > 0) {
                return false;
            }
            entry.session = entry.session.of(to);
            store.hub.ended(id, "moved");
            return true;
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public Optional<Versioned> state(SessionId id, String key) {
        MemorySession entry = store.get(id);
        entry.lock.lock();
        try {
            return Optional.ofNullable(entry.state.get(key));
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public Set<String> write(SessionId id, Changes changes) {
        MemorySession entry = store.get(id);
        entry.lock.lock();
        try {
            if (entry.gone) {
                throw MemoryStore.unknown();
            }
            Set<String> conflicts = entry.conflicts(changes);
            if (conflicts.isEmpty()) {
                entry.apply(changes.state());
                store.apply(changes.lists());
            }
            return conflicts;
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public Optional<Snapshot> snapshot(SessionId id, int maxTurns) {
        MemorySession entry = store.get(id);
        entry.lock.lock();
        try {
            if (entry.gone) {
                return Optional.empty();
            }
            List<Turn> turns = entry.turns.values().stream().skip(Math.max(0, entry.turns.size() - maxTurns))
                    .map(entry::now).toList();
            return Optional.of(
                    new Snapshot(entry.session, new EventId(entry.session.epoch(), entry.log.size()), turns));
        } finally {
            entry.lock.unlock();
        }
    }
}
