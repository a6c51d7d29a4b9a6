package dev.carrel.session.store;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;

/** Sessions and their state. A deleted session is gone for every operation, and nothing brings it back. */
public interface SessionStore {
    /**
     * Stores a new session, with an empty log.
     *
     * @throws dev.carrel.error.ConflictException if there is a session of this id
     * @throws dev.carrel.error.OverloadedException if the store has too much to do to begin anything new
     */
    void create(SessionRecord session);

    /** The session; empty if there is none or it was deleted. */
    Optional<SessionRecord> find(SessionId id);

    /** The owner's sessions, the most recently active first, at most {@code limit}. */
    List<SessionRecord> list(Owner owner, int limit);

    /** Deletes the session with its turns, state and events, open turns included. False if there is none. */
    boolean delete(SessionId id);

    /** Gives the session another owner. False, and nothing changes, if it is not {@code from}'s or a turn is open. */
    boolean move(SessionId id, Owner from, Owner to);

    /** The value of a key of the session's state; empty if it was never written. One that was removed is empty text. */
    Optional<Versioned> state(SessionId id, String key);

    /**
     * Writes the changes if every key is still at the version that its change expects.
     *
     * @return the keys that are not; nothing was written unless it is empty
     * @throws dev.carrel.error.NotFoundException if there is no such session
     */
    Set<String> write(SessionId id, Changes changes);

    /** The conversation as it stands, with at most the last {@code maxTurns} turns. */
    Optional<Snapshot> snapshot(SessionId id, int maxTurns);
}
