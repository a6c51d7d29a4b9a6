package dev.carrel.app.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.app.SessionLimits;
import dev.carrel.app.SessionListener;
import dev.carrel.context.Principal;
import dev.carrel.error.CarrelException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.NotFoundException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.SessionId;
import dev.carrel.session.EndReason;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Owner;
import dev.carrel.session.Scope;
import dev.carrel.session.Work;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.EndedSession;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Store;

/**
 * The life of sessions: what begins and ends them, and who is told. What the listener changes at the beginning is written
 * together with a mark, and at the end together with the end: once, whichever node does it. Thread-safe.
 */
final class LifeCycle {
    private static final Logger LOG = LoggerFactory.getLogger(LifeCycle.class);
    private static final String CREATED = "carrel.life.created";
    private static final String STARTED = "carrel.life.started";
    /** How many sessions one creation ends at most: more are over a cap only after the cap was lowered. */
    private static final int EVICTIONS = 10;
    private static final int ERASED = 100;
    private static final int ATTEMPTS = 6;

    private final Store store;
    private final PrincipalSeal seal;
    private final Callbacks callbacks;
    private final StateWrite state;
    private final LocalSessions here;
    private final SessionLimits limits;
    private final @Nullable SessionListener listener;

    LifeCycle(Store store, StateWrite state, PrincipalSeal seal, Callbacks callbacks, LocalSessions here,
            SessionLimits limits, @Nullable SessionListener listener) {
        this.store = store;
        this.seal = seal;
        this.callbacks = callbacks;
        this.state = state;
        this.here = here;
        this.limits = limits;
        this.listener = listener;
    }

    /** The session was just stored: it is told so, and others make room. */
    void created(OwnedSession session) {
        evict(new Place.OfUser(Owner.of(session.principal())), limits.perUser(), session.id());
        evict(new Place.OfTenant(session.principal().tenant()), limits.perTenant(), session.id());
        if (listener == null) {
            return;
        }
        LocalSession local = here.enter(session.id(), Owner.of(session.principal()));
        try {
            mark(CREATED, local, session.principal(), listener::created);
        } catch (CarrelException e) {
            LOG.warn("session {}: its listener hears of its creation when it starts: {}", session.id(),
                    e.getMessage());
        } finally {
            local.leave();
        }
    }

    private void evict(Place whose, int cap, SessionId latest) {
        if (cap == SessionLimits.UNLIMITED) {
            return;
        }
        try {
            for (SessionRecord session : store.sessions().beyond(whose, cap, EVICTIONS)) {
                if (!session.id().equals(latest)) {
                    // Told on a thread of its own: whoever begins a session does not wait for another's end.
                    ending(session.id(), EndReason.EVICTED, session.owner(), session.active()).ifPresent(it -> Thread
                            .ofVirtual().name("eviction").inheritInheritableThreadLocals(false)
                            .start(() -> farewell(it, EndReason.EVICTED)));
                }
            }
        } catch (CarrelException e) {
            LOG.warn("sessions beyond the cap were not ended: {}", e.getMessage());
        }
    }

    /** A turn is about to run: if it is the session's first one, the session is told so. */
    void beforeTurn(LocalSession session, Principal who) {
        if (listener == null || session.started()) {
            return;
        }
        for (int attempt = 1;; attempt++) {
            try {
                // What has started was created before.
                if (!marked(STARTED, session)) {
                    if (!marked(CREATED, session)) {
                        mark(CREATED, session, who, listener::created);
                    }
                    mark(STARTED, session, who, listener::started);
                }
                session.hasStarted();
                return;
            } catch (NotFoundException e) {
                LOG.debug("session {} ended before it started", session.id(), e);
                return;
            } catch (CarrelException e) {
                LOG.warn("session {}: it is not noted yet that it has started: {}", session.id(), e.getMessage());
                if (attempt == ATTEMPTS || !pause(attempt)) {
                    return;
                }
            }
        }
    }

    private static boolean pause(int attempt) {
        try {
            Thread.sleep(Duration.ofMillis(25L << attempt));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean marked(String mark, LocalSession session) {
        return store.state().read(new Place.OfSession(session.id()), mark).version() != 0;
    }

    private void mark(String mark, LocalSession session, Principal who, Callbacks.Callback callback) {
        Optional<Work> work = callbacks.run(mark, session.id(), who, session, callback);
        try {
            state.writeOnce(session.id(), session.owner(), mark, work.orElse(null));
        } catch (UnavailableException | OverloadedException | NotFoundException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("{} of session {}: what its listener changed cannot be written, and is void", mark, session.id(),
                    e);
            state.writeOnce(session.id(), session.owner(), mark, null);
        }
    }

    /** A stream was opened. */
    Engine.Connection connected(OwnedSession session, boolean resumes) {
        SessionListener told = listener;
        if (told == null) {
            return () -> {};
        }
        tell("connected", session, told::connected);
        if (resumes) {
            tell("resumed", session, told::resumed);
        }
        var open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                tell("disconnected", session, told::disconnected);
            }
        };
    }

    private void tell(String what, OwnedSession session, Callbacks.Callback callback) {
        Owner owner = Owner.of(session.principal());
        LocalSession local = here.enter(session.id(), owner);
        try {
            callbacks.run(what, session.id(), session.principal(), local, callback)
                    .ifPresent(work -> state.write(session.id(), owner, what, work));
        } catch (NotFoundException e) {
            LOG.debug("session {} has ended: what its listener changed is void", session.id(), e);
        } catch (RuntimeException e) {
            LOG.error("{} of session {}: what its listener changed was not written", what, session.id(), e);
        } finally {
            local.leave();
        }
    }

    /** Ends the session by its owner's will. False if there is none that is theirs. */
    boolean delete(SessionId session, Principal who) {
        Optional<SessionRecord> ending = ending(session, EndReason.DELETED, Owner.of(who), null);
        ending.ifPresent(it -> farewell(session, who, EndReason.DELETED));
        return ending.isPresent();
    }

    /** Ends the session if it still is as it must be. */
    boolean end(SessionRecord session, EndReason reason, @Nullable Instant idleSince) {
        Optional<SessionRecord> ending = ending(session.id(), reason, session.owner(), idleSince);
        ending.ifPresent(it -> farewell(it, reason));
        return ending.isPresent();
    }

    /** Ends all sessions of this user; how many. */
    int erase(Owner owner) {
        int erased = 0;
        while (true) {
            int before = erased;
            for (SessionRecord session : store.sessions().list(owner, ERASED)) {
                erased += end(session, EndReason.ERASED, null) ? 1 : 0;
            }
            if (erased == before) {
                return erased;
            }
        }
    }

    private Optional<SessionRecord> ending(SessionId session, EndReason reason, Owner owner,
            @Nullable Instant idleSince) {
        Optional<SessionRecord> ending = store.sessions().ending(session, reason, owner, idleSince);
        ending.ifPresent(it -> here.end(session));
        return ending;
    }

    private void farewell(SessionRecord session, EndReason reason) {
        farewell(session.id(), nobodyAsks(session.owner()), reason);
    }

    /** Ends what somebody began to end and did not bring to its end. */
    void resume(EndedSession session) {
        farewell(session.id(), nobodyAsks(session.owner()),
                EndReason.of(session.reason()).orElse(EndReason.EXPIRED));
    }

    /** Who the owner is, as far as it is known when they are not there: no roles, no name. */
    private Principal nobodyAsks(Owner owner) {
        return seal.authority().user(owner.tenant(), owner.user(), owner.user(), Set.of());
    }

    private void farewell(SessionId session, Principal who, EndReason reason) {
        try {
            SessionListener told = listener;
            Optional<Work> work = told == null
                    ? Optional.empty()
                    : callbacks.run("ended", session, who, null, () -> told.ended(reason));
            List<Changes.Operation> last = work.map(it -> it.changes().operations().stream()
                    .filter(operation -> operation.place().scope() != Scope.SESSION).toList()).orElse(List.of());
            boolean ended;
            try {
                ended = store.sessions().end(session, new Changes(List.of(), last));
            } catch (InvalidInputException e) {
                LOG.error("ended of session {}: its listener's changes are refused, and void", session, e);
                ended = store.sessions().end(session, Changes.NONE);
                work = Optional.empty();
            }
            if (ended) {
                work.ifPresent(Work::committed);
            }
        } catch (CarrelException e) {
            LOG.warn("session {} is ending; the rest of it is done later: {}", session, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("session {} is ending; the rest of it is done later", session, e);
        }
    }
}
