package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.OverloadedException;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.TurnStore;

/** Turns and their lanes. */
record JdbcTurns(Database database, Publisher publisher) implements TurnStore {
    private static final String KNOWN = "SELECT id, text FROM turn WHERE session = ? AND message = ?";
    private static final String ACCEPT = """
            INSERT INTO turn (session, id, message, text, at, principal, status) VALUES (?, ?, ?, ?, ?, ?, 'queued')""";
    private static final String TOOK = """
            UPDATE session SET title = CASE WHEN title = '' THEN ? ELSE title END, active = ?, turns = turns + 1,
            open = ?, head = ? WHERE n = ?""";
    private static final String NEXT = TurnRow.SELECT
            + "WHERE session = ? AND n > ? AND status = 'queued' ORDER BY n LIMIT 1";
    private static final String START = "UPDATE turn SET status = 'running', attempt = ? WHERE n = ?";
    private static final String CLOSE = """
            UPDATE turn SET status = ?, answer = ?, data = ?, failure_code = ?, failure_message = ? WHERE n = ?""";
    private static final String LAST = TurnRow.SELECT + "WHERE session = ? ORDER BY n DESC LIMIT ?";
    private static final String COMMITTED = TurnRow.SELECT
            + "WHERE session = ? AND status = 'committed' ORDER BY n DESC LIMIT ?";

    @Override
    public Accepted accept(Turn queued, int maxOpen) {
        var message = queued.message();
        String title = SessionRecord.titleOf(message.text());
        StoredEvent accepted = Said
                .unnumbered(new Event.Accepted(queued.id(), message.id(), message.text(), message.at()));
        return database.admit(queued.session(), tx -> {
            Lane lane = Lane.find(tx, queued.session()).orElseThrow(JdbcSessions::unknown);
            var known = tx.first(KNOWN, row -> new Known(new TurnId(row.text(1)), row.text(2)), lane.n,
                    message.id());
            if (known.isPresent()) {
                if (known.get().text().equals(message.text())) {
                    return new Accepted(known.get().turn(), true);
                }
                throw new ConflictException("The message id was used with another text.");
            }
            if (lane.open >= maxOpen) {
                throw new OverloadedException("Too many messages of this session wait for their answer.",
                        Duration.ofSeconds(1));
            }
            tx.write(ACCEPT, lane.n, queued.id().text(), message.id(), message.text(), message.at(),
                    queued.sealedPrincipal());
            lane.log(accepted);
            lane.open++;
            tx.write(TOOK, title, message.at(), lane.open, lane.head, lane.n);
            lane.publish(publisher);
            return new Accepted(queued.id(), false);
        });
    }

    private record Known(TurnId turn, String text) {}

    @Override
    public Optional<Claim> claim(SessionId session, NodeId node, Duration lease) {
        return database.run(session, tx -> {
            Lane lane = Lane.find(tx, session).orElse(null);
            if (lane == null || lane.open == 0 || (lane.holder != null && lane.now.isBefore(lane.until))) {
                return Optional.empty();
            }
            Long left = lane.running;
            if (left != null) {
                interrupt(tx, lane, left, session);
            }
            TurnRow next = tx.first(NEXT, row -> TurnRow.of(session, row), lane.n, lane.started).orElse(null);
            if (next == null) {
                lane.save(publisher);
                return Optional.empty();
            }
            Turn started = next.turn().started();
            tx.write(START, started.attempt(), next.n());
            lane.log(Said.unnumbered(started.attempt() == 1
                    ? new Event.Started(started.id(), started.attempt())
                    : new Event.Reset(started.id(), started.attempt())));
            lane.start(next.n(), node, lane.now.plus(lease));
            lane.save(publisher);
            return Optional.of(new Claim(started, lane.chat, node, lane.fence));
        });
    }

    /** Closes the turn that a lapsed claim left running. */
    private static void interrupt(Tx tx, Lane lane, Long n, SessionId session) throws SQLException {
        Turn left = tx.first(TurnRow.SELECT + "WHERE n = ?", row -> TurnRow.of(session, row), n)
                .orElseThrow(() -> new IllegalStateException("The running turn " + n + " is not there.")).turn();
        Failure why = Failure.of(ErrorCode.UNAVAILABLE, "The server stopped while it answered.");
        Turn closed = left.closed(TurnStatus.INTERRUPTED, TurnRow.said(tx, lane.n, lane.start), why);
        end(tx, n, closed);
        lane.log(Said.unnumbered(Event.closing(closed)));
        lane.free();
    }

    private static void end(Tx tx, Long n, Turn closed) throws SQLException {
        List<Answer.Data> data = closed.answer().data();
        Failure why = closed.failureOrNull();
        tx.write(CLOSE, closed.status().text(), closed.answer().text(), data.size(), why == null ? null : why.code(),
                why == null ? null : why.message(), n);
        for (int i = 0; i < data.size(); i++) {
            tx.write("INSERT INTO answer_data (turn, i, name, json) VALUES (?, ?, ?, ?)", n, i, data.get(i).name(),
                    data.get(i).json());
        }
    }

    @Override
    public boolean append(Claim claim, List<Event> said) {
        List<Said> events = Said.of(claim, said);
        return database.run(claim.turn().session(), tx -> {
            Lane lane = Lane.find(tx, claim.turn().session()).orElse(null);
            if (lane == null || lane.lost(claim)) {
                return false;
            }
            List<Said> added = lane.unsaid(events);
            if (!added.isEmpty()) {
                lane.say(added);
                lane.save(publisher);
            }
            return true;
        });
    }

    @Override
    public Closed close(Claim claim, Turn closed, List<Event> saidLast, Changes changes) {
        if (closed.status().open() || !closed.id().equals(claim.turn().id())) {
            throw new IllegalArgumentException("turn " + claim.turn().id() + " is claimed, and turn " + closed.id()
                    + " was to be closed as " + closed.status());
        }
        List<Said> events = Said.of(claim, saidLast);
        StoredEvent closing = Said.unnumbered(Event.closing(closed));
        return database.run(claim.turn().session(), tx -> {
            Lane lane = Lane.find(tx, claim.turn().session()).orElse(null);
            Long running = lane == null ? null : lane.running;
            if (lane == null || running == null || lane.lost(claim)) {
                return Closed.LOST;
            }
            List<Said> unsaid = lane.unsaid(events);
            Set<String> conflicts = JdbcSessions.conflicts(tx, lane, changes);
            if (!conflicts.isEmpty()) {
                return new Closed(false, conflicts);
            }
            lane.say(unsaid);
            JdbcSessions.apply(tx, lane, changes);
            end(tx, running, closed);
            lane.log(closing);
            lane.free();
            lane.save(publisher);
            return Closed.DONE;
        });
    }

    @Override
    public Optional<Turn> find(SessionId session, TurnId turn) {
        return database.together(sql -> {
            var lane = numbers(sql, session);
            if (lane.isEmpty()) {
                return Optional.empty();
            }
            var row = sql.first(TurnRow.SELECT + "WHERE session = ? AND id = ?", it -> TurnRow.of(session, it),
                    lane.get().n(), turn.text());
            return row.isEmpty()
                    ? Optional.empty()
                    : Optional.of(row.get().complete(sql, lane.get().n(), lane.get().start()));
        });
    }

    @Override
    public List<Turn> committed(SessionId session, int limit) {
        return database.together(sql -> {
            var lane = numbers(sql, session);
            return lane.isEmpty() ? List.of() : turns(sql, COMMITTED, session, lane.get(), limit);
        });
    }

    /** The session's last turns, oldest first. */
    static List<Turn> last(Reading sql, SessionId session, int limit) throws SQLException {
        var lane = numbers(sql, session);
        return lane.isEmpty() ? List.of() : turns(sql, LAST, session, lane.get(), limit);
    }

    private static List<Turn> turns(Reading sql, String query, SessionId session, Numbers lane, int limit)
            throws SQLException {
        List<Turn> turns = new ArrayList<>();
        for (TurnRow row : sql.list(query, it -> TurnRow.of(session, it), lane.n(), limit)) {
            turns.add(row.complete(sql, lane.n(), lane.start()));
        }
        Collections.reverse(turns);
        return turns;
    }

    private record Numbers(long n, long start) {}

    private static Optional<Numbers> numbers(Reading sql, SessionId session) throws SQLException {
        return sql.first("SELECT n, start FROM session WHERE id = ?",
                row -> new Numbers(row.number(1), row.number(2)), session.text());
    }

    @Override
    public boolean cancelQueued(SessionId session, TurnId turn, Failure why) {
        return database.run(session, tx -> {
            Lane lane = Lane.find(tx, session).orElse(null);
            TurnRow waiting = lane == null
                    ? null
                    : tx.first(TurnRow.SELECT + "WHERE session = ? AND id = ?", row -> TurnRow.of(session, row),
                            lane.n, turn.text()).orElse(null);
            if (lane == null || waiting == null || waiting.turn().status() != TurnStatus.QUEUED) {
                return false;
            }
            Turn cancelled = waiting.turn().closed(TurnStatus.CANCELLED, Answer.EMPTY, why);
            end(tx, waiting.n(), cancelled);
            lane.log(Said.unnumbered(Event.closing(cancelled)));
            lane.open--;
            lane.save(publisher);
            return true;
        });
    }

    @Override
    public void renew(NodeId node, Duration lease) {
        database.run(tx -> tx.count("UPDATE session SET until = ? WHERE open > 0 AND holder = ?", tx.now().plus(lease),
                node.text()));
    }

    @Override
    public List<SessionId> waiting() {
        return database.read(sql -> sql.list("""
                SELECT id FROM session
                WHERE open > 0 AND (open > CASE WHEN running IS NULL THEN 0 ELSE 1 END OR until <= ?) ORDER BY n""",
                row -> new SessionId(row.text(1)), sql.now()));
    }
}
