package dev.carrel.session.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Turn;

/**
 * Turns, and the lane in which a session's turns run one at a time. Leases run on the store's own clock.
 */
public interface TurnStore {
    /**
     * What became of a message.
     *
     * @param turn its turn: the first one's if the same message came before
     * @param repeated whether it came before
     */
    record Accepted(TurnId turn, boolean repeated) {}

    /**
     * What became of closing a turn.
     *
     * @param lost whether the lease was lost, or the session or turn is gone; nothing was written
     * @param conflicts the state keys that something else has written since; nothing was written unless it is empty
     */
    record Closed(boolean lost, Set<String> conflicts) {
        /** It is closed. */
        public static final Closed DONE = new Closed(false, Set.of());
        /** Somebody else has it, or it is gone. */
        public static final Closed LOST = new Closed(true, Set.of());

        /** Whether the turn is closed as asked. */
        public boolean done() {
            return !lost && conflicts.isEmpty();
        }
    }

    /**
     * Stores the message and its queued turn, and logs it, in one step. The same message id with the same text changes
     * nothing and answers with the first turn.
     *
     * @throws dev.carrel.error.NotFoundException if there is no such session
     * @throws dev.carrel.error.ConflictException if the message id was used with another text
     * @throws dev.carrel.error.OverloadedException if {@code maxOpen} turns are open already, or the store has too much to
     * do to begin anything new
     */
    Accepted accept(Turn queued, int maxOpen);

    /**
     * Claims the lane and starts its next turn, in one step: the turn is running, its attempt counted, and
     * {@code started} logged. A turn that an earlier, lapsed claim left running is closed as interrupted first.
     *
     * @return empty if nothing waits, or another node's claim has not lapsed
     */
    Optional<Claim> claim(SessionId session, NodeId node, Duration lease);

    /**
     * Logs what an attempt has said. Events of an index that was logged already are left out, so repeating is harmless.
     *
     * @param said {@link Event.Text} and {@link Event.Data} of the claimed turn and attempt, in order of their index
     * @return false if the lease is lost or the session gone: stop working
     * @throws IllegalArgumentException if an index comes after one that was never said, or another turn speaks; nothing is
     * logged
     */
    boolean append(Claim claim, List<Event> said);

    /**
     * Closes the claimed turn: what it said last, its answer, its changes and the closing event, in one step, and the
     * lane is free. Whatever is not committed must come with {@link Changes#NONE}.
     *
     * @throws IllegalArgumentException if {@code closed} is another turn or still open, or for what {@link #append} would
     * refuse; nothing is written
     */
    Closed close(Claim claim, Turn closed, List<Event> saidLast, Changes changes);

    /** The turn; empty if there is none of that id in that session. */
    Optional<Turn> find(SessionId session, TurnId turn);

    /** The committed turns, oldest first, at most the last {@code limit}. */
    List<Turn> committed(SessionId session, int limit);

    /** Closes a turn that still waits as cancelled, and logs it; false if it does not wait. */
    boolean cancelQueued(SessionId session, TurnId turn, Failure why);

    /** Extends the leases of all lanes that the node holds. */
    void renew(NodeId node, Duration lease);

    /** The sessions in which a turn waits, or runs under a lapsed lease: what a node that starts takes up. */
    List<SessionId> waiting();
}
