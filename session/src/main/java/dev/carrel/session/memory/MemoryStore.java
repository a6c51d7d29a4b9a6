package dev.carrel.session.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.EventHub;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.Revocations;
import dev.carrel.session.store.SessionStore;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;
import dev.carrel.session.store.UserStore;
import dev.carrel.time.TimeSource;

/**
 * Keeps everything in memory. What it acknowledges lives as long as the process, and it forgets nothing before that but
 * what is deleted, so it suits tests and short runs. Each session has a lock of its own. Thread-safe.
 */
public final class MemoryStore implements Store {
    final TimeSource time;
    final EventHub hub = new EventHub();
    private final ConcurrentHashMap<SessionId, MemorySession> sessions = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Owner, Map<String, Map<String, UserStore.ListEntry>>> lists = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Instant> revoked = new ConcurrentHashMap<>();

    /** An empty store. */
    public MemoryStore(TimeSource time) {
        this.time = time;
    }

    @Override
    public SessionStore sessions() {
        return new MemorySessions(this);
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
    public UserStore users() {
        return this::entries;
    }

    @Override
    public Revocations revocations() {
        return new Revocations() {
            @Override
            public void revoke(String credential, Instant until) {
                Instant now = time.now();
                revoked.values().removeIf(now::isAfter);
                revoked.merge(credential, until, (a, b) -> a.isAfter(b) ? a : b);
            }

            @Override
            public boolean revoked(String credential) {
                return revoked.containsKey(credential);
            }
        };
    }

    @Override
    public void close() {}

    Collection<MemorySession> all() {
        return sessions.values();
    }

    /** The session, which may be deleted under the caller: check {@link MemorySession#gone} inside its lock. */
    MemorySession get(SessionId id) {
        MemorySession session = sessions.get(id);
        return session == null ? MemorySession.GONE : session;
    }

    /** False if there is one of that id. */
    boolean put(SessionId id, MemorySession session) {
        return sessions.putIfAbsent(id, session) == null;
    }

    void drop(SessionId id) {
        sessions.remove(id);
    }

    static NotFoundException unknown() {
        return new NotFoundException("There is no such session.");
    }

    /** Publishes in the order of the numbers, because the caller holds the session's lock. */
    void publish(SessionId id, List<StoredEvent> events) {
        hub.logged(id, events);
    }

    void apply(List<Changes.ListChange> changes) {
        for (Changes.ListChange change : changes) {
            lists.compute(change.owner(), (owner, known) -> {
                Map<String, Map<String, UserStore.ListEntry>> all = known == null ? new ConcurrentHashMap<>() : known;
                all.compute(change.list(), (name, old) -> {
                    Map<String, UserStore.ListEntry> entries = old == null
                            ? new LinkedHashMap<>()
                            : new LinkedHashMap<>(old);
                    switch (change) {
                        case Changes.Append append -> entries.putIfAbsent(append.id(),
                                new UserStore.ListEntry(append.id(), append.json(), append.at()));
                        case Changes.Remove remove -> entries.remove(remove.id());
                    }
                    return entries;
                });
                return all;
            });
        }
    }

    private List<UserStore.ListEntry> entries(Owner owner, String list) {
        return new ArrayList<>(lists.getOrDefault(owner, Map.of()).getOrDefault(list, Map.of()).values());
    }
}
