package dev.carrel.session.memory;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.session.Scope;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.EndedSession;
import dev.carrel.session.store.EventHub;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.LeaseStore;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Revocations;
import dev.carrel.session.store.SessionStore;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;
import dev.carrel.time.TimeSource;

/**
 * Keeps everything in memory. What it acknowledges lives as long as the process, so it suits tests and short runs. Each
 * session has a lock of its own. Thread-safe.
 */
public final class MemoryStore implements Store {
    final TimeSource time;
    final Retention retention;
    final EventHub hub = new EventHub();
    final MemoryShared shared;
    final MemoryOwners owners = new MemoryOwners();
    private final MemoryLeases leases;
    private final ConcurrentHashMap<SessionId, MemorySession> sessions = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<SessionId, EndedSession> ended = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Instant> revoked = new ConcurrentHashMap<>();

    /** An empty store. */
    public MemoryStore(TimeSource time) {
        this(time, Retention.DEFAULT);
    }

    /** An empty store that keeps so much. */
    public MemoryStore(TimeSource time, Retention retention) {
        this.time = time;
        this.retention = retention;
        this.shared = new MemoryShared(time);
        this.leases = new MemoryLeases(time);
    }

    @Override
    public SessionStore sessions() {
        return new MemorySessions(this);
    }

    @Override
    public StateStore state() {
        return new MemoryState(this);
    }

    @Override
    public TurnStore turns() {
        return new MemoryTurns(this);
    }

    @Override
    public EventLog events() {
        return new MemoryEvents(this);
    }

    @Override
    public LeaseStore leases() {
        return leases;
    }

    @Override
    public Revocations revocations() {
        return new Revocations() {
            @Override
            public void revoke(String credential, Instant until) {
                revoked.merge(credential, until, (a, b) -> a.isAfter(b) ? a : b);
            }

            @Override
            public boolean revoked(String credential) {
                return revoked.containsKey(credential);
            }
        };
    }

    @Override
    public int sweep() {
        Instant now = time.now();
        int[] swept = {0};
        revoked.values().removeIf(until -> now.isAfter(until) && swept[0]++ >= 0);
        Instant oldest = now.minus(retention.ended());
        ended.values().removeIf(it -> it.at().isBefore(oldest) && !sessions.containsKey(it.id()) && swept[0]++ >= 0);
        for (MemorySession entry : all()) {
            swept[0] += locked(entry, it -> it.trim(retention, now) + it.state.sweep(now));
        }
        swept[0] += shared.locked(places -> places.values().stream().mapToInt(it -> it.sweep(now)).sum());
        return swept[0];
    }

    @Override
    public void check() {}

    @Override
    public void close() {}

    Collection<MemorySession> all() {
        return sessions.values();
    }

    /** The session, which may be gone: check {@link MemorySession#gone} inside its lock. */
    MemorySession get(SessionId id) {
        return sessions.getOrDefault(id, MemorySession.GONE);
    }

    /** Does this with the session, inside its lock. */
    <R extends @Nullable Object> R locked(SessionId id, Function<MemorySession, R> body) {
        return locked(get(id), body);
    }

    static <R extends @Nullable Object> R locked(MemorySession session, Function<MemorySession, R> body) {
        session.lock.lock();
        try {
            return body.apply(session);
        } finally {
            session.lock.unlock();
        }
    }

    /** False if there is one of that id, or was: asked in one step, so that one that ends meanwhile does not come back. */
    boolean put(SessionId id, MemorySession session) {
        return locked(session, it -> {
            boolean fresh = sessions.computeIfAbsent(id, same -> ended.containsKey(same) ? null : it) == it;
            if (fresh) {
                owners.add(it.session.owner(), it);
            }
            return fresh;
        });
    }

    void drop(SessionId id, MemorySession session) {
        owners.remove(session.session.owner(), session);
        sessions.remove(id);
    }

    void bury(EndedSession session) {
        ended.put(session.id(), session);
    }

    Optional<EndedSession> tombstone(SessionId id) {
        return Optional.ofNullable(ended.get(id));
    }

    static NotFoundException unknown() {
        return new NotFoundException("There is no such session.");
    }

    /** Carries out changes that were found free of conflicts, all or, if an operation is refused, none. */
    void apply(MemorySession session, String by, Changes changes) {
        Instant now = time.now();
        var own = changes.operations().stream().filter(it -> it.place().scope() == Scope.SESSION)
                .toList();
        Map<String, Changes.Put> results = session.state.results(own, now);
        shared.apply(changes.operations());
        changes.puts().forEach(put -> session.state.put(put, by, now, retention.changes()));
        results.values().forEach(put -> session.state.put(put, by, now, retention.changes()));
        session.state.changeLists(own);
    }
}
