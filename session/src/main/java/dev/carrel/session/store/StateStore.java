package dev.carrel.session.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.Scope;

/**
 * State: what is kept under keys, for sessions, users, tenants and the application. It changes with {@link Changes} only,
 * those of a turn when the turn closes ({@link TurnStore#close}).
 */
public interface StateStore {
    /** An entry of a list. */
    record ListEntry(String id, Encoded value, Instant at) {}

    /**
     * A write of a session's key.
     *
     * @param version the key's version since
     * @param by the id of the turn that wrote it, or the name of what else did, such as {@code function:rename}
     * @param removed whether it holds no value since
     */
    record Change(String key, long version, String by, Instant at, boolean removed) {}

    /**
     * What a key takes up.
     *
     * @param kind {@code value} or {@code list}
     * @param places in how many places it holds something
     * @param length characters of all its JSON
     */
    record Usage(Scope scope, String kind, String key, long places, long length) {}

    /** What the key holds there. A session that is ending still tells. */
    Versioned read(Place place, String key);

    /** The entries of a list, in the order in which they were appended. A session that is ending still tells. */
    List<ListEntry> list(Place place, String key);

    /**
     * Writes the changes if the session is the owner's and every put's key is still at the version that it expects.
     *
     * @param by what writes, for the session's history
     * @return the keys that are not; nothing was written unless it is empty
     * @throws dev.carrel.error.NotFoundException if there is no such session, it is somebody else's, or it is ending
     * @throws IllegalArgumentException for {@link Changes#requireOf another owner's state}; nothing was written
     * @throws dev.carrel.error.InvalidInputException if an operation cannot be done: a merge whose result is too long, an
     *         increment of what is no number or beyond its range; nothing was written
     */
    Set<String> write(SessionId session, Owner owner, String by, Changes changes);

    /**
     * Carries out operations on what belongs to users, tenants and the application: all of them in one step, or none.
     *
     * @throws dev.carrel.error.InvalidInputException as {@link #write} does; nothing was written
     * @throws IllegalArgumentException if one is on a session
     */
    void apply(List<Changes.Operation> operations);

    /** The last writes of the session's keys, newest first, at most {@code limit}. Lists have no part in it. */
    List<Change> history(SessionId session, int limit);

    /** What the session's key held at that version; empty if it held nothing, or that is no longer known. */
    Optional<Encoded> valueAt(SessionId session, String key, long version);

    /** Removes all that is kept there, a session excepted, which {@link SessionStore#end ends}. How many keys it were. */
    int erase(Place place);

    /** What every key takes up, by scope and name. Reads much: for operators. */
    List<Usage> usage();
}
