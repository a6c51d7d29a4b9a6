package dev.carrel.app.engine;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

/** State that is as far away as a database's, and which counts the writes that come too late. */
record CountingState(StateStore state, AtomicInteger conflicts) implements StateStore {
    private static final long TRIP = 200_000;

    @Override
    public Versioned read(Place place, String key) {
        Versioned found = state.read(place, key);
        LockSupport.parkNanos(TRIP);
        return found;
    }

    @Override
    public Set<String> write(SessionId session, Owner owner, String by, Changes changes) {
        Set<String> late = state.write(session, owner, by, changes);
        conflicts.addAndGet(late.size());
        return late;
    }

    @Override
    public List<ListEntry> list(Place place, String key) {
        return state.list(place, key);
    }

    @Override
    public void apply(List<Changes.Operation> operations) {
        state.apply(operations);
    }

    @Override
    public List<Change> history(SessionId session, int limit) {
        return state.history(session, limit);
    }

    @Override
    public Optional<Encoded> valueAt(SessionId session, String key, long version) {
        return state.valueAt(session, key, version);
    }

    @Override
    public int erase(Place place) {
        return state.erase(place);
    }

    @Override
    public List<Usage> usage() {
        return state.usage();
    }
}
