package dev.carrel.session.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.NotFoundException;
import dev.carrel.error.OverloadedException;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Arrival;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Owner;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;

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
     * How a turn was asked to end before its time.
     *
     * @param status {@link TurnStatus#CANCELLED} or {@link TurnStatus#INTERRUPTED}
     */
    record Stop(SessionId session, TurnId turn, TurnStatus status, Failure why) {}

    /**
     * Stores the message and its queued turn, and logs it, in one step. The same message id with the same text changes
     * nothing and answers with the first turn.
     *
     * @param owner whose the session must be
     * @param arrival what becomes of it while other turns are open. {@link Arrival#INTERRUPT} closes those that wait as
     *         interrupted and asks the one that runs to {@link #stopping stop}
     * @throws dev.carrel.error.NotFoundException if there is no such session, it is somebody else's, or it is ending
     * @throws dev.carrel.error.ConflictException if the message id was used with another text, or another turn is open and
     *         {@code arrival} is {@link Arrival#REJECT}
     * @throws dev.carrel.error.OverloadedException if {@code maxOpen} turns are open already, or the store has too much to
     *         do to begin anything new
     */
    Accepted accept(Turn queued, Owner owner, Arrival arrival, int maxOpen);

    /**
     * Claims the lane and starts a turn, in one step: the turn is running, its attempt counted, and {@code started} logged,
     * or {@code reset} if it had an attempt before. A turn that an earlier claim left open, lapsed or {@link #release
     * released}, comes first: if its chat is one of {@code restartable}, and it waits for its user or has had fewer than
     * {@code maxAttempts} attempts, it is started again; else it is closed as interrupted, or as it was asked to stop, and the next turn is
     * started.
     *
     * @return empty if nothing waits, or another node's claim has not lapsed
     */
    Optional<Claim> claim(SessionId session, NodeId node, Duration lease, Set<String> restartable, int maxAttempts);

    /**
     * Logs what an attempt has said. Events of an index that was logged already are left out, so repeating is harmless.
     *
     * @param said {@link Event.Text}, {@link Event.Data} and {@link Event.Asked} of the claimed turn and attempt, in order of
     *         their index. After the last, the turn waits if that is a question, else it runs
     * @return false if the lease is lost or the session gone: stop working
     * @throws IllegalArgumentException if an index comes after one that was never said, or another turn speaks; nothing is
     *         logged
     */
    boolean append(Claim claim, List<Event> said);

    /**
     * Records the answer to a question that the turn has asked, logs {@link Event.Answered}, and the turn runs again, in one
     * step. The same answer again changes nothing, also when the turn has closed since.
     *
     * @param owner whose the session must be
     * @throws dev.carrel.error.NotFoundException if there is no such session or turn, it is somebody else's, or the turn has
     *         not asked that
     * @throws dev.carrel.error.ConflictException if the question has another answer, or the turn has closed
     */
    void answer(SessionId session, Owner owner, TurnId turn, Input input);

    /** What the turn's user has answered so far, in order of the questions. */
    List<Input> inputs(SessionId session, TurnId turn);

    /**
     * Gives the lane back with its turn still open, for another claim to start again or close. Nothing happens if the lease is
     * lost.
     */
    void release(Claim claim);

    /**
     * Closes the claimed turn: what it said last, its answer, its changes and the closing event, in one step, and the
     * lane is free. Whatever is not committed must come with {@link Changes#NONE}. Closing again what this claim has closed
     * in the same way changes nothing and is {@link Closed#DONE}: so it may be repeated by whoever does not know what became
     * of it.
     *
     * @throws IllegalArgumentException if {@code closed} is another turn or still open, for what {@link #append} would
     *         refuse, or for {@link Changes#requireOf another owner's state}; nothing is written
     * @throws dev.carrel.error.InvalidInputException as {@link StateStore#write} does; nothing is written
     */
    Closed close(Claim claim, Turn closed, List<Event> saidLast, Changes changes);

    /** The turn; empty if there is none of that id in that session. */
    Optional<Turn> find(SessionId session, TurnId turn);

    /** The committed turns, oldest first, at most the last {@code limit}; those of a session that is ending, too. */
    List<Turn> committed(SessionId session, int limit);

    /**
     * Stops a turn. One that is queued is closed so, and logged; one that runs or waits is marked, for whoever runs it
     * ({@link #stopping}), or takes it over, to close it so. The first mark stands.
     *
     * @param owner whose the session must be
     * @return where the turn stands; empty if there is none of that id, or the session is somebody else's
     */
    Optional<TurnStatus> stop(Stop stop, Owner owner);

    /** The turns that this node runs and that are marked to stop. */
    List<Stop> stopping(NodeId node);

    /**
     * Has {@code look} called, quickly and on any thread, when {@link #stopping} may say more than before because of something
     * that was done on another node. It may come without a reason, and it may fail to come: look now and then anyway.
     */
    EventLog.Subscription onStop(Runnable look);

    /** Extends the leases of all lanes that the node holds. */
    void renew(NodeId node, Duration lease);

    /** The sessions in which a turn waits for its start, or was left by a claim that lapsed or was released. */
    List<SessionId> waiting();

    /** What a store throws for a message that {@link Arrival#REJECT} refuses. */
    static ConflictException busy() {
        return new ConflictException("An earlier message is still being answered.");
    }

    /** What a store throws if too many turns are open. */
    static OverloadedException full() {
        return new OverloadedException("Too many messages of this session wait for their answer.",
                Duration.ofSeconds(1));
    }

    /** Why a turn ends that {@link Arrival#INTERRUPT} ends. */
    static Failure superseded() {
        return Failure.of(ErrorCode.CONFLICT, "A later message took its place.");
    }

    /** What a store throws for an answer to what the turn has not asked. */
    static NotFoundException unasked() {
        return new NotFoundException("There is no such question.");
    }

    /** What a store throws for an answer to a turn that has closed. */
    static ConflictException closed() {
        return new ConflictException("This is over: nobody waits for the answer any more.");
    }

    /** What a store throws for another answer than the one that it has. */
    static ConflictException answered() {
        return new ConflictException("This was answered already, in another way.");
    }

    /** Refuses what {@link #close} cannot close or write. */
    static void requireClosing(Claim claim, Turn closed, Changes changes) {
        if (closed.status().open() || !closed.id().equals(claim.turn().id())) {
            throw new IllegalArgumentException("turn " + claim.turn().id() + " is claimed, and turn " + closed.id()
                    + " was to be closed as " + closed.status());
        }
        changes.requireOf(claim.turn().session(), claim.owner());
    }
}
