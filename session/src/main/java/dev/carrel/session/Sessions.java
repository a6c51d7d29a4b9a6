package dev.carrel.session;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import dev.carrel.context.Principal;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/**
 * The one door to sessions: it hands out an {@link OwnedSession} to the owner and to nobody else, and everything that
 * reads or changes a session for somebody takes an {@code OwnedSession}. So an operation without an ownership check does
 * not compile. Thread-safe.
 */
public final class Sessions {
    private final Store store;
    private final TimeSource time;
    private final SecureRandom random = new SecureRandom();

    /** The door to the sessions of this store. */
    public Sessions(Store store, TimeSource time) {
        this.store = Objects.requireNonNull(store, "store");
        this.time = Objects.requireNonNull(time, "time");
    }

    /** A new session of this principal with the named chat. */
    public OwnedSession create(Principal principal, String chat) {
        Instant now = time.now();
        String epoch = Long.toString(random.nextLong() >>> 24, Character.MAX_RADIX);
        var session = new SessionRecord(SessionId.random(), Owner.of(principal), chat, "", now, now, 0, epoch);
        store.sessions().create(session);
        return new OwnedSession(session, principal);
    }

    /**
     * The session, if it is this principal's.
     *
     * @throws NotFoundException if there is no such session or it is somebody else's; the two look the same
     */
    public OwnedSession open(Principal principal, SessionId id) {
        return store.sessions().find(id).filter(session -> session.owner().equals(Owner.of(principal)))
                .map(session -> new OwnedSession(session, principal)).orElseThrow(Sessions::unknown);
    }

    /** Whether the session still is this principal's: what a long-lived reader asks again. */
    public boolean owns(Principal principal, SessionId id) {
        return store.sessions().find(id).map(SessionRecord::owner).filter(Owner.of(principal)::equals).isPresent();
    }

    /** The principal's own sessions, the most recently active first. */
    public List<SessionRecord> list(Principal principal, int limit) {
        return store.sessions().list(Owner.of(principal), limit);
    }

    /** Moves a session of one principal to another, both of whom the caller has authenticated. False if it cannot be. */
    public boolean move(OwnedSession session, Principal to) {
        return store.sessions().move(session.id(), Owner.of(session.principal()), Owner.of(to));
    }

    /** What is said of a session that is not there, or not the caller's. */
    public static NotFoundException unknown() {
        return new NotFoundException("There is no such session, or it is not yours.");
    }
}
