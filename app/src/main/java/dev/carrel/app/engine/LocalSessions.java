package dev.carrel.app.engine;

import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.context.Lifetime;
import dev.carrel.error.CarrelException;
import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/**
 * The sessions of this node that are in use, have something here, or may be read here. A session comes with its first use and
 * goes when it has ended, when it has another owner, or when the collector has found that nothing here would miss it.
 * Thread-safe.
 */
final class LocalSessions {
    private static final Logger LOG = LoggerFactory.getLogger(LocalSessions.class);
    /** How long a session that nothing uses keeps its values, and is listened to. */
    static final Duration IDLE = Duration.ofMinutes(30);

    /** How many are forgotten by one that comes: more than one, so that no more can gather than there have been at once. */
    private static final int FORGOTTEN_AT_ONCE = 16;

    /** How many doubtful ones are looked for in the store at a time. */
    private static final int LOOKS = 500;

    private final Store store;
    private final TimeSource time;
    private final Consumer<SessionId> lost;
    private final ConcurrentHashMap<SessionId, LocalSession> sessions = new ConcurrentHashMap<>();
    /** Lifetimes that nobody holds any more. */
    private final ReferenceQueue<Lifetime> unread = new ReferenceQueue<>();

    /** @param lost is told of each session that has ended: what runs in it here runs in vain */
    LocalSessions(Store store, TimeSource time, Consumer<SessionId> lost) {
        this.store = store;
        this.time = time;
        this.lost = lost;
    }

    /** Uses the session, for this owner; to be {@link LocalSession#leave left}. */
    LocalSession enter(SessionId id, Owner owner) {
        forget(FORGOTTEN_AT_ONCE);
        LocalSession[] former = {null};
        LocalSession session = Objects.requireNonNull(sessions.compute(id, (same, there) -> {
            if (there != null && there.enter(owner)) {
                return there;
            }
            former[0] = there;
            var fresh = new LocalSession(id, owner, time, unread);
            fresh.enter(owner);
            return fresh;
        }));
        if (former[0] != null) {
            former[0].end();
        }
        session.listen(store.events(), () -> end(id, session));
        return session;
    }

    /** The session has ended, or is another owner's. */
    void end(SessionId id) {
        LocalSession session = sessions.get(id);
        if (session != null) {
            end(id, session);
        } else {
            // A lane that has claimed a turn of it comes here a moment later.
            lost.accept(id);
        }
    }

    private void end(SessionId id, LocalSession session) {
        lost.accept(id);
        sessions.remove(id, session);
        session.end();
    }

    /** Forgets what nobody would miss, at most so many. */
    private void forget(int most) {
        for (int i = 0; i < most && unread.poll() instanceof LocalSession.Held held; i++) {
            LocalSession session = held.session();
            if (session.forget()) {
                sessions.remove(session.id(), session);
            }
        }
    }

    /** Lets go of what nothing has used for a while, and of those that are found to have ended. */
    void sweep() {
        forget(Integer.MAX_VALUE);
        long now = time.nanoTime();
        int looks = LOOKS;
        for (var entry : sessions.entrySet()) {
            LocalSession session = entry.getValue();
            session.rest(now, IDLE);
            if (session.forget()) {
                sessions.remove(entry.getKey(), session);
            } else if (looks > 0 && session.doubtful()) {
                looks--;
                if (!isThere(session)) {
                    end(entry.getKey(), session);
                }
            }
        }
    }

    private boolean isThere(LocalSession session) {
        try {
            return store.sessions().find(session.id()).filter(it -> it.owner().equals(session.owner())).isPresent();
        } catch (CarrelException e) {
            LOG.debug("it is not known whether session {} is still there", session.id(), e);
            session.doubt();
            return true;
        }
    }

    /** The node stops: all of them end here, and what they had is closed when this returns, or has not closed in time. */
    void close() {
        List<Thread> closing = new ArrayList<>();
        for (SessionId id : List.copyOf(sessions.keySet())) {
            LocalSession session = sessions.remove(id);
            if (session != null) {
                session.end().ifPresent(closing::add);
            }
        }
        for (Thread thread : closing) {
            try {
                thread.join(LocalSession.PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    int size() {
        return sessions.size();
    }
}
