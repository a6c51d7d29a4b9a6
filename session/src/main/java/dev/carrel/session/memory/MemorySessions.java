package dev.carrel.session.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.ConflictException;
import dev.carrel.id.SessionId;
import dev.carrel.session.EndReason;
import dev.carrel.session.EventId;
import dev.carrel.session.Owner;
import dev.carrel.session.Turn;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.EndedSession;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.SessionStore;
import dev.carrel.session.store.Snapshot;

/** The sessions of a {@link MemoryStore}. */
record MemorySessions(MemoryStore store) implements SessionStore {
    private static final Comparator<SessionRecord> LATEST = Comparator.comparing(SessionRecord::active).reversed();

    @Override
    public void create(SessionRecord session) {
        if (!store.put(session.id(), new MemorySession(session))) {
            throw new ConflictException("There is a session of this id already.");
        }
    }

    @Override
    public Optional<SessionRecord> find(SessionId id) {
        return store.locked(id, it -> it.gone ? Optional.empty() : Optional.of(it.session));
    }

    private List<SessionRecord> those(Predicate<MemorySession> wanted) {
        return those(store.all(), wanted);
    }

    private List<SessionRecord> those(Collection<MemorySession> all, Predicate<MemorySession> wanted) {
        List<SessionRecord> found = new ArrayList<>();
        for (MemorySession entry : all) {
            MemoryStore.locked(entry, it -> !it.gone && wanted.test(it) && found.add(it.session));
        }
        return found;
    }

    @Override
    public List<SessionRecord> list(Owner owner, int limit) {
        return those(store.owners.of(owner), it -> it.session.owner().equals(owner)).stream().sorted(LATEST)
                .limit(limit).toList();
    }

    @Override
    public boolean move(SessionId id, Owner from, Owner to) {
        return store.locked(id, it -> {
            if (it.gone || !it.session.owner().equals(from) || it.open() > 0) {
                return false;
            }
            store.owners.remove(from, it);
            it.session = it.session.of(to);
            store.owners.add(to, it);
            store.hub.ended(id, "moved");
            return true;
        });
    }

    @Override
    public Optional<SessionRecord> ending(SessionId id, EndReason reason, @Nullable Owner owner,
            @Nullable Instant idleSince) {
        return store.locked(id, it -> {
            boolean wrong = owner != null && !it.session.owner().equals(owner);
            boolean busy = idleSince != null && (it.open() > 0 || it.session.active().isAfter(idleSince));
            if (it.gone || wrong || busy) {
                return Optional.empty();
            }
            it.gone = true;
            store.bury(new EndedSession(id, it.session.owner(), it.session.chat(), reason.text(), store.time.now()));
            store.hub.ended(id, reason.text());
            return Optional.of(it.session);
        });
    }

    @Override
    public boolean end(SessionId id, Changes last) {
        last.requireFarewell();
        return store.locked(id, it -> {
            if (!it.gone || it == MemorySession.GONE || store.get(id) != it) {
                return false;
            }
            store.shared.apply(last.operations());
            store.drop(id, it);
            return true;
        });
    }

    @Override
    public Optional<EndedSession> ended(SessionId id) {
        return store.tombstone(id);
    }

    @Override
    public List<EndedSession> ending(Instant before, int limit) {
        List<EndedSession> ending = new ArrayList<>();
        for (MemorySession entry : store.all()) {
            Optional<EndedSession> stone = MemoryStore.locked(entry,
                    it -> it.gone ? store.tombstone(it.session.id()) : Optional.empty());
            stone.filter(it -> it.at().isBefore(before) && ending.size() < limit).ifPresent(ending::add);
        }
        return ending;
    }

    @Override
    public List<SessionRecord> due(Instant idle, Instant created, int limit) {
        return those(it -> it.open() == 0
                && (it.session.active().isBefore(idle) || it.session.created().isBefore(created))).stream()
                .limit(limit).toList();
    }

    @Override
    public List<SessionRecord> beyond(Place whose, int cap, int limit) {
        List<SessionRecord> all = switch (whose) {
            case Place.OfUser user -> list(user.owner(), Integer.MAX_VALUE);
            case Place.OfTenant tenant -> those(it -> it.session.owner().tenant().equals(tenant.tenant())).stream()
                    .sorted(LATEST).toList();
            default -> throw new IllegalArgumentException("a cap is a user's or a tenant's, not " + whose);
        };
        if (all.size() <= cap) {
            return List.of();
        }
        return all.subList(cap, all.size()).reversed().stream()
                .filter(session -> store.locked(session.id(), it -> !it.gone && it.open() == 0)).limit(limit).toList();
    }

    @Override
    public Optional<Snapshot> snapshot(SessionId id, int maxTurns) {
        return store.locked(id, it -> {
            if (it.gone) {
                return Optional.empty();
            }
            List<Turn> turns = it.turns.values().stream().skip(Math.max(0, it.turns.size() - maxTurns)).map(it::now)
                    .toList();
            return Optional.of(new Snapshot(it.session, new EventId(it.session.epoch(), it.head()), turns,
                    it.answered(turns)));
        });
    }
}
