package dev.carrel.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.session.EventId;
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventHub;

/** A session's row as an operation of the {@link Writer} finds it and leaves it. */
final class Lane {
    private static final String FIND = """
            SELECT n, tenant, owner, epoch, head, open, running, started, start, said, holder, until, fence,
            chat FROM session WHERE id = ?""";
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

    private Lane(Tx tx, SessionId id, ResultSet row) throws SQLException {
        this.tx = tx;
        this.id = id;
        this.n = row.getLong(1);
        this.owner = new Owner(row.getString(2), row.getString(3));
        this.epoch = row.getString(4);
        this.head = row.getLong(5);
        this.open = row.getInt(6);
        long turn = row.getLong(7);
        this.running = row.wasNull() ? null : turn;
        this.started = row.getLong(8);
        this.start = row.getLong(9);
        this.said = row.getInt(10);
        this.holder = row.getString(11);
        this.until = Sql.instant(row.getLong(12));
        this.fence = row.getLong(13);
        this.chat = row.getString(14);
    }

    static Optional<Lane> find(Tx tx, SessionId id) throws SQLException {
        return tx.first(FIND, row -> new Lane(tx, id, row), id.text());
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
    void save(EventHub hub) throws SQLException {
        tx.write(SAVE, head, open, running, started, start, said, holder, until, fence, n);
        publish(hub);
    }

    /** What was logged is published after the commit. */
    void publish(EventHub hub) {
        if (!logged.isEmpty()) {
            List<StoredEvent> events = List.copyOf(logged);
            tx.afterCommit(() -> hub.logged(id, events));
        }
    }
}
