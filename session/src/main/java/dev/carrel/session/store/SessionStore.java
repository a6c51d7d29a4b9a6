package dev.carrel.session.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;
import dev.carrel.session.EndReason;
import dev.carrel.session.Owner;

/**
 * Sessions, from their creation to their end. The end has two steps: a session that is {@link #ending} takes nothing more, so
 * that whoever says farewell to it does so once; then {@link #end} removes it with its turns, state and events. A session that
 * has ended is gone for every operation, and nothing brings it back.
 */
public interface SessionStore {
    /**
     * Stores a new session, with an empty log.
     *
     * @throws dev.carrel.error.ConflictException if there is a session of this id, or was
     * @throws dev.carrel.error.OverloadedException if the store has too much to do to begin anything new
     */
    void create(SessionRecord session);

    /** The session; empty if there is none, or it has ended or is ending. */
    Optional<SessionRecord> find(SessionId id);

    /** The owner's sessions, the most recently active first, at most {@code limit}; none that is ending. */
    List<SessionRecord> list(Owner owner, int limit);

    /** Gives the session another owner. False, and nothing changes, if it is not {@code from}'s or a turn is open. */
    boolean move(SessionId id, Owner from, Owner to);

    /**
     * Marks the session as ending, for good: no operation but {@link #end} finds it any more, turns that run in it are lost, its
     * readers are told. What it holds and what was said in it can be read until then, for the farewell:
     * {@link StateStore#read}, {@link StateStore#list}, {@link TurnStore#committed}.
     *
     * @param owner whose it must be; null if anybody's
     * @param idleSince the session must not have been active after this, nor have an open turn; null if that does not matter
     * @return the session; empty, and nothing changes, if there is none, it is ending already, or it is not as demanded
     */
    Optional<SessionRecord> ending(SessionId id, EndReason reason, @Nullable Owner owner, @Nullable Instant idleSince);

    /**
     * Removes a session that is ending, carries out what its farewell changes, and leaves an {@link EndedSession}, in one step.
     *
     * @param last only operations on what is not the session's
     * @return false, and nothing changes, if it is gone already
     */
    boolean end(SessionId id, Changes last);

    /** What is left of a session that has ended or is ending. */
    Optional<EndedSession> ended(SessionId id);

    /** Sessions that are ending since before {@code before}, so that whoever began that may have died; at most {@code limit}. */
    List<EndedSession> ending(Instant before, int limit);

    /**
     * Sessions that are neither ending nor have an open turn, and were last active before {@code idle} or created before
     * {@code created}; at most {@code limit}. Where several nodes ask at once, they may be given different ones.
     */
    List<SessionRecord> due(Instant idle, Instant created, int limit);

    /**
     * Of a user's sessions, or a tenant's, those beyond the {@code cap} most recently active ones, without those that have an
     * open turn; at most {@code limit}, the least recently active first.
     *
     * @throws IllegalArgumentException if {@code whose} is neither a user nor a tenant
     */
    List<SessionRecord> beyond(Place whose, int cap, int limit);

    /** The conversation as it stands, with at most the last {@code maxTurns} turns. */
    Optional<Snapshot> snapshot(SessionId id, int maxTurns);
}
