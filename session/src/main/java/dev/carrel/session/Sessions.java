package dev.carrel.session;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

import dev.carrel.context.Principal;
import dev.carrel.error.AccessException;
import dev.carrel.error.CarrelException;
import dev.carrel.error.GoneException;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.session.store.EndedSession;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/**
 * The one door to sessions: it hands out an {@link OwnedSession} to the owner and to nobody else, and everything that
 * reads or changes a session for somebody takes an {@code OwnedSession}. So an operation without an ownership check does
 * not compile. Thread-safe.
 */
public final class Sessions {
    /** The role of those who may look at the state of their tenant's sessions. */
    public static final String OPERATOR = "operator";

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
     * @throws GoneException if it was this principal's and has ended, with the reason
     */
    public OwnedSession open(Principal principal, SessionId id) {
        Optional<SessionRecord> found = store.sessions().find(id).filter(own(principal));
        if (found.isPresent()) {
            return new OwnedSession(found.get(), principal);
        }
        // Asked whether there is a session of somebody else's or none: the two take the same time.
        throw store.sessions().ended(id).filter(ended -> ended.owner().equals(Owner.of(principal)))
                .<CarrelException>map(ended -> gone(ended.reason())).orElseGet(Sessions::unknown);
    }

    private static Predicate<SessionRecord> own(Principal principal) {
        Owner owner = Owner.of(principal);
        return session -> session.owner().equals(owner);
    }

    private static GoneException gone(String reason) {
        String why = switch (reason) {
            case "deleted" -> "It was deleted.";
            case "idle" -> "Nothing was said in it for too long.";
            case "expired" -> "It has reached the age that a session may reach.";
            case "evicted" -> "Newer ones have taken its place.";
            case "erased" -> "All that was kept of its owner was erased.";
            default -> "It has ended.";
        };
        return new GoneException("This session is over. " + why, reason);
    }

    /**
     * The session, for an operator of its tenant to look at. Nothing that changes a session takes what this returns.
     *
     * @throws AccessException if the principal has not the role {@value #OPERATOR}, whatever the session
     * @throws NotFoundException if there is no such session or it is another tenant's; the two look the same
     */
    public InspectedSession inspect(Principal operator, SessionId id) {
        if (!operator.roles().contains(OPERATOR)) {
            throw AccessException.forbidden("Only an operator may ask this.");
        }
        return store.sessions().find(id).filter(session -> session.owner().tenant().equals(operator.tenant()))
                .map(session -> new InspectedSession(session, operator)).orElseThrow(Sessions::unknown);
    }

    /**
     * Why the session is over for this principal: {@code moved}, or the text of an {@link EndReason}; empty while it is theirs.
     * What a long-lived reader asks again.
     */
    public Optional<String> over(Principal principal, SessionId id) {
        if (store.sessions().find(id).filter(own(principal)).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(store.sessions().ended(id).filter(ended -> ended.owner().equals(Owner.of(principal)))
                .map(EndedSession::reason).orElse("moved"));
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
