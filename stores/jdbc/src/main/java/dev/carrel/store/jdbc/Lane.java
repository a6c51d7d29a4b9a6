package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.session.EventId;
import dev.carrel.session.Failure;
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.SessionRecord;

/** A session's row as an operation of the {@link Database} finds it and leaves it. */
final class Lane {
    private static final String FIND = """
            SELECT n, tenant, owner, chat, title, created, active, turns, epoch, first, head, length, oldest, changes,
            open, running, waiting, started, start, said, stop_status, stop_code, stop_message, holder, until, fence,
            %s, %s FROM session WHERE id = ? AND ending IS NULL""";
    private static final Map<Dialect, String> FIND_LOCKED = Arrays.stream(Dialect.values()).collect(Collectors.toMap(
            dialect -> dialect, dialect -> dialect.locking(FIND.formatted(dialect.now(), dialect.transaction()))));
    private static final String SAVE = """
            UPDATE session SET title = ?, active = ?, turns = ?, first = ?, head = ?, length = ?, oldest = ?, changes = ?,
            open = ?, running = ?, waiting = ?, started = ?, start = ?, said = ?, stop_status = ?, stop_code = ?,
            stop_message = ?, holder = ?, until = ?, fence = ? WHERE n = ?""";
    private static final String LOG = """
            INSERT INTO event (session, number, kind, version, json, at) VALUES (?, ?, ?, ?, ?, ?)""";

    /** How the running turn was asked to end. */
    record Mark(TurnStatus status, Failure why) {}

    private final Tx tx;
    private final List<StoredEvent> logged = new ArrayList<>(4);
    private boolean marked;

    final long n;
    SessionRecord session;
    /** When it was found, by the clock on which leases run. */
    final Instant now;
    /** The number of the first event that is kept. */
    long first;
    /** The number of the last event. */
    long head;
    /** Characters of the events that are kept. */
    long length;
    /** When the first of them was logged, in nanoseconds since 1970; null if none is kept. */
    @Nullable
    Long oldest;
    /** How often keys of its state were written. */
    long changes;
    /** How many turns are queued, run or wait. */
    int open;
    /** The turn that runs or waits; null if none does. */
    @Nullable
    Long running;
    /** Whether it waits. */
    boolean waiting;
    /** The turn that was started last. */
    long started;
    /** The event that started the running attempt. */
    long start;
    /** The index of the next thing that the running attempt says. */
    int said;
    /** Null unless it was. */
    @Nullable
    Mark stop;
    /** Whose lease it is; null if nobody's. */
    @Nullable
    String holder;
    Instant until;
    long fence;

    private Lane(Tx tx, SessionId id, Columns row) throws SQLException {
        this.tx = tx;
        this.n = row.number(1);
        this.session = new SessionRecord(id, new Owner(row.text(2), row.text(3)), row.text(4), row.text(5),
                row.instant(6), row.instant(7), row.integer(8), row.text(9));
        this.first = row.number(10);
        this.head = row.number(11);
        this.length = row.number(12);
        this.oldest = row.numberOrNull(13);
        this.changes = row.number(14);
        this.open = row.integer(15);
        this.running = row.numberOrNull(16);
        this.waiting = row.integer(17) != 0;
        this.started = row.number(18);
        this.start = row.number(19);
        this.said = row.integer(20);
        String status = row.textOrNull(21);
        this.stop = status == null ? null : new Mark(TurnRow.status(status), new Failure(row.text(22), row.text(23)));
        this.holder = row.textOrNull(24);
        this.until = row.instant(25);
        this.fence = row.number(26);
        this.now = tx.now(row.instant(27));
        tx.named(row.textOrNull(28));
    }

    /** Finds the row, which nobody else changes from now until the operation's end; empty if it is not there or ending. */
    static Optional<Lane> find(Tx tx, SessionId id) throws SQLException {
        return tx.first(FIND_LOCKED.getOrDefault(tx.dialect(), FIND), row -> new Lane(tx, id, row), id.text());
    }

    boolean isOf(Owner owner) {
        return session.owner().equals(owner);
    }

    /** Whether the claim is no longer the lane's last, or was closed or released. */
    boolean lost(Claim claim) {
        return holder == null || fence != claim.fence();
    }

    /** Numbers the event, adds it to the log and has it published. */
    void log(StoredEvent unnumbered) throws SQLException {
        var event = new StoredEvent(new EventId(session.epoch(), head + 1), unnumbered.kind(), unnumbered.version(),
                unnumbered.json());
        tx.write(LOG, n, head + 1, event.kind(), event.version(), event.json(), now);
        head++;
        length += event.json().codePointCount(0, event.json().length());
        if (oldest == null) {
            oldest = Sql.nanos(now);
        }
        logged.add(event);
    }

    /** What of this was not said before, by its index. */
    List<Said> unsaid(List<Said> events) {
        List<Said> unsaid = new ArrayList<>(events.size());
        for (Said event : events) {
            int next = said + unsaid.size();
            if (event.index() > next) {
                throw new IllegalArgumentException(
                        "index " + event.index() + " was said, and index " + next + " never was");
            }
            if (event.index() == next) {
                unsaid.add(event);
            }
        }
        return unsaid;
    }

    /** Logs what was not said before; the turn waits if its last is a question that has no answer. */
    void say(List<Said> unsaid) throws SQLException {
        boolean waits = waiting;
        for (Said event : unsaid) {
            log(event.event());
            said++;
            waits = event.ask() != null && Questions.ask(tx, running(), event.ask());
        }
        wait(waits);
    }

    /** The running turn waits, or runs. */
    void wait(boolean waits) throws SQLException {
        if (waits != waiting) {
            waiting = waits;
            tx.write("UPDATE turn SET status = ? WHERE n = ?",
                    (waits ? TurnStatus.WAITING : TurnStatus.RUNNING).text(), running());
        }
    }

    long running() {
        if (running == null) {
            throw new IllegalStateException("no turn of session " + session.id() + " runs");
        }
        return running;
    }

    /** This turn runs, since the event that was logged last, under a new lease. */
    void start(long turn, NodeId node, Instant lapses) {
        running = turn;
        waiting = false;
        started = Math.max(started, turn);
        start = head;
        said = 0;
        holder = node.text();
        until = lapses;
        fence++;
    }

    /** The running turn is over, and nobody has the lease. */
    void free() {
        open--;
        running = null;
        waiting = false;
        stop = null;
        holder = null;
        said = 0;
    }

    /** The running turn is asked to end so, unless it was asked before. */
    void mark(TurnStatus status, Failure why) {
        if (stop == null) {
            stop = new Mark(status, why);
            marked = true;
        }
    }

    /** Writes the row back; what was logged is published after the commit. */
    void save(Publisher publisher) throws SQLException {
        tx.write(SAVE, session.title(), session.active(), session.turns(), first, head, length, oldest, changes, open,
                running, waiting ? 1 : 0, started, start, said, stop == null ? null : stop.status().text(),
                stop == null ? null : stop.why().code(), stop == null ? null : stop.why().message(), holder, until,
                fence, n);
        if (!logged.isEmpty()) {
            List<StoredEvent> events = List.copyOf(logged);
            tx.afterCommit(() -> publisher.logged(session.id(), events));
        }
        if (marked) {
            tx.afterCommit(publisher::stop);
        }
    }
}
