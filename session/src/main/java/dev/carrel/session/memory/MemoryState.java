package dev.carrel.session.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.Scope;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

/** The state of a {@link MemoryStore}. */
record MemoryState(MemoryStore store) implements StateStore {
    private static final MemoryPlace EMPTY = new MemoryPlace();

    /** A session that is ending still tells what it holds. */
    private <R extends @Nullable Object> R at(Place place, Function<MemoryPlace, R> body) {
        return place instanceof Place.OfSession session
                ? store.locked(session.session(), it -> body.apply(it.state))
                : store.shared.locked(places -> body.apply(places.getOrDefault(place, EMPTY)));
    }

    @Override
    public Versioned read(Place place, String key) {
        return at(place, it -> it.read(key, store.time.now()));
    }

    @Override
    public List<ListEntry> list(Place place, String key) {
        return at(place, it -> it.list(key));
    }

    @Override
    public Set<String> write(SessionId session, Owner owner, String by, Changes changes) {
        return store.locked(session, it -> {
            if (it.gone || !it.session.owner().equals(owner)) {
                throw MemoryStore.unknown();
            }
            changes.requireOf(session, owner);
            Set<String> conflicts = it.state.conflicts(changes.puts());
            if (conflicts.isEmpty()) {
                store.apply(it, by, changes);
            }
            return conflicts;
        });
    }

    @Override
    public void apply(List<Changes.Operation> operations) {
        Changes.requireShared(operations);
        store.shared.apply(operations);
    }

    @Override
    public List<Change> history(SessionId session, int limit) {
        return store.locked(session, it -> it.gone ? List.of() : it.state.history(limit));
    }

    @Override
    public Optional<Encoded> valueAt(SessionId session, String key, long version) {
        return store.locked(session, it -> it.gone ? Optional.empty() : it.state.valueAt(key, version));
    }

    @Override
    public int erase(Place place) {
        if (place instanceof Place.OfSession) {
            throw new IllegalArgumentException("a session is ended, not erased");
        }
        return store.shared.locked(places -> {
            MemoryPlace gone = places.remove(place);
            return gone == null ? 0 : gone.keys();
        });
    }

    @Override
    public List<Usage> usage() {
        Map<List<String>, Usage> all = new HashMap<>();
        for (MemorySession session : store.all()) {
            MemoryStore.locked(session, it -> {
                it.state.usage(adding(all, Scope.SESSION));
                return all;
            });
        }
        store.shared.locked(places -> {
            places.forEach((place, kept) -> kept.usage(adding(all, place.scope())));
            return all;
        });
        return new ArrayList<>(all.values());
    }

    private static MemoryPlace.Usages adding(Map<List<String>, Usage> all, Scope scope) {
        return (kind, key, length) -> all.merge(List.of(scope.text(), kind, key),
                new Usage(scope, kind, key, 1, length),
                (a, b) -> new Usage(scope, kind, key, a.places() + b.places(), a.length() + b.length()));
    }
}
