package dev.carrel.session.memory;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Event;
import dev.carrel.session.EventId;
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Versioned;

/** One session's data. Every field is guarded by {@link #lock}. */
final class MemorySession {
    /** Stands for every session that is not there. */
    static final MemorySession GONE = new MemorySession(
            new SessionRecord(SessionId.random(), new Owner("", ""), "", "", Instant.EPOCH, Instant.EPOCH, 0, "0"),
            true);

    final ReentrantLock lock = new ReentrantLock();
    SessionRecord session;
    boolean gone;

    final Map<String, Versioned> state = new HashMap<>();
    final LinkedHashMap<TurnId, Turn> turns = new LinkedHashMap<>();
    final Map<String, TurnId> messages = new HashMap<>();
    final ArrayDeque<TurnId> queue = new ArrayDeque<>();
    final List<StoredEvent> log = new ArrayList<>();

    @Nullable
    Turn running;
    /** What the running attempt has said so far; its size is the next index. */
    final List<Event> said = new ArrayList<>();
    @Nullable
    NodeId holder;
    Instant until = Instant.EPOCH;
    long fence;

    MemorySession(SessionRecord session) {
        this(session, false);
    }

    private MemorySession(SessionRecord session, boolean gone) {
        this.session = session;
        this.gone = gone;
    }

    /** Numbers the event and adds it to the log. */
    StoredEvent log(Event event) {
        var stored = StoredEvent.of(new EventId(session.epoch(), log.size() + 1L), event);
        log.add(stored);
        return stored;
    }

    /** What of this the claimed attempt has not said before, by its index. */
    List<Event> unsaid(Claim claim, List<Event> events) {
        List<Event> unsaid = new ArrayList<>(events.size());
        for (Event event : events) {
            int index = switch (event) {
                case Event.Text text -> text.index();
                case Event.Data data -> data.index();
                default -> throw new IllegalArgumentException("an attempt says text and data, not " + event.kind());
            };
            if (!event.turn().equals(claim.turn().id())) {
                throw new IllegalArgumentException(
                        "turn " + claim.turn().id() + " is claimed, and turn " + event.turn() + " speaks");
            }
            int next = said.size() + unsaid.size();
            if (index > next) {
                throw new IllegalArgumentException("index " + index + " was said, and index " + next + " never was");
            }
            if (index == next) {
                unsaid.add(event);
            }
        }
        return unsaid;
    }

    /** Adds what was not said before; returns what was logged. */
    List<StoredEvent> say(List<Event> unsaid) {
        said.addAll(unsaid);
        return unsaid.stream().map(this::log).toList();
    }

    int open() {
        return queue.size() + (running == null ? 0 : 1);
    }

    /** The turn as it is now: a running one with what it has said. */
    Turn now(Turn turn) {
        return running != null && running.id().equals(turn.id())
                ? new Turn(turn.id(), turn.session(), turn.message(), turn.sealedPrincipal(), turn.status(),
                        turn.attempt(), Answer.of(said), null)
                : turn;
    }

    /** Closes the turn and logs how it ended. */
    StoredEvent end(Turn closed) {
        turns.put(closed.id(), closed);
        if (running != null && running.id().equals(closed.id())) {
            running = null;
            said.clear();
            holder = null;
        }
        return log(Event.closing(closed));
    }

    /** The keys that are not at the version that their change expects. */
    Set<String> conflicts(Changes changes) {
        Set<String> conflicts = new HashSet<>();
        for (Changes.StateChange change : changes.state()) {
            Versioned current = state.get(change.key());
            if ((current == null ? 0 : current.version()) != change.expected()) {
                conflicts.add(change.key());
            }
        }
        return conflicts;
    }

    void apply(List<Changes.StateChange> changes) {
        for (Changes.StateChange change : changes) {
            state.put(change.key(), new Versioned(change.expected() + 1, change.json() == null ? "" : change.json()));
        }
    }
}
