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
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.Claim;

/** A session's row as an operation of the {@link Writer} finds it and leaves it. */
final class Lane {
    private static final String FIND = """
            SELECT n, tenant, owner, epoch, head, open, running, started, start, said, holder, until, fence,
            chat, %s, %s FROM session WHERE id = ?""";
    private static final Map<Dialect, String> FIND_LOCKED = Arrays.stream(Dialect.values()).collect(Collectors.toMap(
            dialect -> dialect, dialect -> dialect.locking(FIND.formatted(dialect.now(), dialect.transaction()))));
    private static final String SAVE = """
            UPDATE session SET head = ?, open = ?, running = ?, started = ?, start = ?, said = ?, holder = ?, until = ?,
            fence = ? WHERE n = ?""";
    private static final String LOG = "INSERT INTO event (session, number, kind, version, json) VALUES (?, ?, ?, ?, ?)";

    private final Tx tx;
    private final SessionId id;
    private final String epoch;
    private final List<StoredEvent> logged = new ArrayList<>(4);

    final long n;
    final Owner owner;
    final String chat;
    /** When it was found, by the clock on which leases run. */
    final Instant now;
    long head;
    int open;
    /** The turn that runs; null if none does. */
    @Nullable
    Long running;
    /** The turn that was started last. */
    long started;
    /** The event that started the running attempt. */
    long start;
    /** The index of the next thing that the running attempt says. */
    int said;
    /** Whose lease it is; null if nobody's. */
    @Nullable
    String holder;
    Instant until;
    long fence;

    private Lane(Tx tx, SessionId id, Columns row) throws SQLException {
        this.tx = tx;
        this.id = id;
        this.n = row.number(1);
        this.owner = new Owner(row.text(2), row.text(3));
        this.epoch = row.text(4);
        this.head = row.number(5);
        this.open = row.integer(6);
        this.running = row.numberOrNull(7);
        this.started = row.number(8);
        this.start = row.number(9);
        this.said = row.integer(10);
        this.holder = row.textOrNull(11);
        this.until = row.instant(12);
        this.fence = row.number(13);
        this.chat = row.text(14);
        this.now = tx.now(row.instant(15));
        tx.named(row.textOrNull(16));
    }

    /** Finds the row, which nobody else changes from now until the operation's end. */
    static Optional<Lane> find(Tx tx, SessionId id) throws SQLException {
        return tx.first(FIND_LOCKED.getOrDefault(tx.dialect(), FIND), row -> new Lane(tx, id, row), id.text());
    }

    /** Whether the claim is no longer the lane's last, or was closed. */
    boolean lost(Claim claim) {
        return holder == null || fence != claim.fence();
    }

    /** Numbers the event, adds it to the log and has it published. */
    void log(StoredEvent unnumbered) throws SQLException {
        var event = new StoredEvent(new EventId(epoch, head + 1), unnumbered.kind(), unnumbered.version(),
                unnumbered.json());
        tx.write(LOG, n, head + 1, event.kind(), event.version(), event.json());
        head++;
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

    /** Logs what was not said before. */
    void say(List<Said> unsaid) throws SQLException {
        for (Said event : unsaid) {
            log(event.event());
            said++;
        }
    }

    /** This turn runs, since the event that was logged last, under a new lease. */
    void start(long turn, NodeId node, Instant lapses) {
        running = turn;
        started = turn;
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
        holder = null;
        said = 0;
    }

    /** Writes the row back, and {@link #publish publishes}. */
    void save(Publisher publisher) throws SQLException {
        tx.write(SAVE, head, open, running, started, start, said, holder, until, fence, n);
        publish(publisher);
    }

    /** What was logged is published after the commit. */
    void publish(Publisher publisher) {
        if (!logged.isEmpty()) {
            List<StoredEvent> events = List.copyOf(logged);
            tx.afterCommit(() -> publisher.logged(id, events));
        }
    }
}
