package dev.carrel.session.memory;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.TurnStore;

/** One session's data. Every field is guarded by {@link #lock}. */
final class MemorySession {
    /** Stands for every session that is not there. */
    static final MemorySession GONE = new MemorySession(
            new SessionRecord(SessionId.random(), new Owner("", ""), "", "", Instant.EPOCH, Instant.EPOCH, 0, "0"),
            true);

    /** An event, and when it was logged. */
    private record Logged(StoredEvent event, Instant at) {}

    /** What was asked of the running turn's user: an answer, or null as long as there is none. */
    final TreeMap<Integer, @Nullable String> asked = new TreeMap<>();
    /** What was answered to turns that have closed: so that whoever answers again, after a time-out say, learns that it counts. */
    final Map<TurnId, List<Input>> answered = new LinkedHashMap<>(0);
    final ReentrantLock lock = new ReentrantLock();
    SessionRecord session;
    /** Whether no operation finds it any more: it has ended or is ending. */
    boolean gone;

    final MemoryPlace state = new MemoryPlace();
    final Map<TurnId, Turn> turns = new LinkedHashMap<>(4);
    final Map<String, TurnId> messages = new LinkedHashMap<>(4);
    final ArrayDeque<TurnId> queue = new ArrayDeque<>(2);
    private final ArrayDeque<Logged> log = new ArrayDeque<>(2);
    private long head;
    private long length;

    /** The turn that runs or waits. */
    @Nullable
    Turn running;
    /** The event that began the running attempt. */
    private long start;
    TurnStore.@Nullable Stop stop;
    /** What the running attempt has said so far; its size is the next index. */
    final List<Event> said = new ArrayList<>(2);
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

    long first() {
        return head - log.size() + 1;
    }

    long head() {
        return head;
    }

    List<StoredEvent> read(long after, int max) {
        return log.stream().skip(Math.max(0, after - first() + 1)).limit(max).map(Logged::event).toList();
    }

    /** Numbers the event and adds it to the log. */
    StoredEvent log(Event event, Instant now) {
        head++;
        var stored = StoredEvent.of(new EventId(session.epoch(), head), event);
        log.addLast(new Logged(stored, now));
        length += stored.json().length();
        return stored;
    }

    /** Drops what is more or older than may be kept, but nothing of the attempt that runs. How many events. */
    int trim(Retention retention, Instant now) {
        int dropped = 0;
        Instant oldest = now.minus(retention.eventAge());
        for (Logged next = log.peekFirst(); next != null; next = log.peekFirst()) {
            boolean over = log.size() > retention.events() || length > retention.eventLength()
                    || next.at().isBefore(oldest);
            boolean needed = running != null && next.event().id().number() >= start;
            if (!over || needed) {
                break;
            }
            log.removeFirst();
            length -= next.event().json().length();
            dropped++;
        }
        return dropped;
    }

    /** Starts the turn under a new claim. */
    List<StoredEvent> start(Turn started, NodeId node, Instant lapses, Instant now) {
        turns.put(started.id(), started);
        running = started;
        said.clear();
        holder = node;
        until = lapses;
        fence++;
        StoredEvent event = log(started.attempt() == 1
                ? new Event.Started(started.id(), started.attempt())
                : new Event.Reset(started.id(), started.attempt()), now);
        start = head;
        return List.of(event);
    }

    /** What the user has answered to the running turn. */
    List<Input> inputs() {
        List<Input> inputs = new ArrayList<>();
        asked.forEach((ask, json) -> {
            if (json != null) {
                inputs.add(new Input(ask, json));
            }
        });
        return inputs;
    }

    /** What the user has answered to these turns, without those that have no answer. */
    Map<TurnId, List<Input>> answered(List<Turn> those) {
        Map<TurnId, List<Input>> answers = new HashMap<>();
        for (Turn turn : those) {
            boolean now = running != null && running.id().equals(turn.id());
            List<Input> inputs = now ? inputs() : answered.getOrDefault(turn.id(), List.of());
            if (!inputs.isEmpty()) {
                answers.put(turn.id(), inputs);
            }
        }
        return answers;
    }

    /** What of this the claimed attempt has not said before, by its index. */
    List<Event> unsaid(Claim claim, List<Event> events) {
        List<Event> unsaid = new ArrayList<>(events.size());
        for (Event event : events) {
            int index = switch (event) {
                case Event.Text text -> text.index();
                case Event.Data data -> data.index();
                case Event.Asked question -> question.index();
                default -> throw new IllegalArgumentException(
                        "an attempt says text and data and asks, but no " + event.kind());
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
    List<StoredEvent> say(List<Event> unsaid, Instant now) {
        List<StoredEvent> logged = new ArrayList<>(unsaid.size());
        for (Event event : unsaid) {
            said.add(event);
            logged.add(log(event, now));
            if (event instanceof Event.Asked question) {
                asked.putIfAbsent(question.ask(), null);
                running(asked.get(question.ask()) == null ? TurnStatus.WAITING : TurnStatus.RUNNING);
            } else {
                running(TurnStatus.RUNNING);
            }
        }
        return logged;
    }

    /** The running turn runs, or waits. */
    void running(TurnStatus status) {
        Turn turn = running;
        if (turn != null && turn.status() != status) {
            running = turn.as(status);
            turns.put(turn.id(), turn.as(status));
        }
    }

    int open() {
        return queue.size() + (running == null ? 0 : 1);
    }

    /** The turn as it is now: a running one with what it has said. */
    Turn now(Turn turn) {
        return running != null && running.id().equals(turn.id()) ? turn.saying(Answer.of(said)) : turn;
    }

    /** Closes the turn and logs how it ended. */
    StoredEvent end(Turn closed, Instant now) {
        turns.put(closed.id(), closed);
        if (running != null && running.id().equals(closed.id())) {
            running = null;
            stop = null;
            said.clear();
            if (!asked.isEmpty()) {
                answered.put(closed.id(), inputs());
                asked.clear();
            }
            holder = null;
        }
        return log(Event.closing(closed), now);
    }
}
