package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Arrival;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.TurnStore;

/** Turns and their lanes. */
record JdbcTurns(Database database, Publisher publisher, Retention retention, DoubtfulClaims doubtful)
        implements
            TurnStore {
    private static final String KNOWN = "SELECT id, text FROM turn WHERE session = ? AND message = ?";
    private static final String ACCEPT = """
            INSERT INTO turn (session, id, message, text, at, principal, status) VALUES (?, ?, ?, ?, ?, ?, 'queued')""";
    private static final String QUEUED = TurnRow.SELECT
            + "WHERE session = ? AND n > ? AND status = 'queued' ORDER BY n LIMIT ?";
    private static final String START = "UPDATE turn SET status = 'running', attempt = ? WHERE n = ?";
    private static final String CLOSE = """
            UPDATE turn SET status = ?, answer = ?, data = ?, failure_code = ?, failure_message = ? WHERE n = ?""";
    private static final String STOPPING = """
            SELECT session.id, turn.id, stop_status, stop_code, stop_message
            FROM session JOIN turn ON turn.n = session.running
            WHERE open > 0 AND ending IS NULL AND holder = ? AND stop_status IS NOT NULL""";
    private static final String WAITING = """
            SELECT id FROM session WHERE open > 0 AND ending IS NULL
            AND (open > CASE WHEN running IS NULL THEN 0 ELSE 1 END OR holder IS NULL OR until <= ?) ORDER BY n""";

    @Override
    public Accepted accept(Turn queued, Owner owner, Arrival arrival, int maxOpen) {
        var message = queued.message();
        StoredEvent accepted = Said
                .unnumbered(new Event.Accepted(queued.id(), message.id(), message.text(), message.at()));
        return database.admit(queued.session(), tx -> {
            Lane lane = Lane.find(tx, queued.session()).filter(it -> it.isOf(owner))
                    .orElseThrow(JdbcSessions::unknown);
            var known = tx.first(KNOWN, row -> new Known(new TurnId(row.text(1)), row.text(2)), lane.n,
                    message.id());
            if (known.isPresent()) {
                if (known.get().text().equals(message.text())) {
                    return new Accepted(known.get().turn(), true);
                }
                throw new ConflictException("The message id was used with another text.");
            }
            if (arrival == Arrival.REJECT && lane.open > 0) {
                throw TurnStore.busy();
            }
            if (arrival == Arrival.QUEUE && lane.open >= maxOpen) {
                throw TurnStore.full();
            }
            if (arrival == Arrival.INTERRUPT) {
                supersede(tx, lane);
            }
            tx.write(ACCEPT, lane.n, queued.id().text(), message.id(), message.text(), message.at(),
                    queued.sealedPrincipal());
            lane.log(accepted);
            lane.open++;
            lane.session = lane.session.took(message.text(), message.at());
            lane.save(publisher);
            return new Accepted(queued.id(), false);
        });
    }

    private record Known(TurnId turn, String text) {}

    private static void supersede(Tx tx, Lane lane) throws SQLException {
        if (lane.running != null) {
            lane.mark(TurnStatus.INTERRUPTED, TurnStore.superseded());
        }
        if (lane.open > (lane.running == null ? 0 : 1)) {
            for (TurnRow waiting : queued(tx, lane, Integer.MAX_VALUE)) {
                end(tx, lane, waiting.n(),
                        waiting.turn().closed(TurnStatus.INTERRUPTED, Answer.EMPTY, TurnStore.superseded()));
                lane.open--;
            }
        }
    }

    private static List<TurnRow> queued(Tx tx, Lane lane, int limit) throws SQLException {
        return tx.list(QUEUED, row -> TurnRow.of(lane.session.id(), row), lane.n, lane.started, limit);
    }

    @Override
    public Optional<Claim> claim(SessionId session, NodeId node, Duration lease, Set<String> restartable,
            int maxAttempts) {
        var fence = new AtomicLong();
        try {
            return database.run(session, tx -> claim(tx, session, node, lease, restartable, maxAttempts, fence));
        } catch (UnavailableException e) {
            if (fence.get() > 0) {
                doubtful.add(session, fence.get());
            }
            throw e;
        }
    }

    private Optional<Claim> claim(Tx tx, SessionId session, NodeId node, Duration lease, Set<String> restartable,
            int maxAttempts, AtomicLong fence) throws SQLException {
        Lane lane = Lane.find(tx, session).orElse(null);
        if (lane == null || lane.open == 0 || (lane.holder != null && lane.now.isBefore(lane.until))) {
            return Optional.empty();
        }
        TurnRow next = left(tx, lane, restartable, maxAttempts);
        if (next == null) {
            next = queued(tx, lane, 1).stream().findFirst().orElse(null);
        }
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
        fence.set(lane.fence);
        lane.save(publisher);
        List<Input> inputs = started.attempt() == 1 ? List.of() : Questions.inputs(tx, next.n());
        return Optional.of(
                new Claim(started, lane.session.owner(), lane.session.chat(), node, lane.fence, inputs));
    }

    /** The turn that an earlier claim left open, if it is to start again; else it is closed. */
    private static @Nullable TurnRow left(Tx tx, Lane lane, Set<String> restartable, int maxAttempts)
            throws SQLException {
        Long n = lane.running;
        if (n == null) {
            return null;
        }
        TurnRow left = tx.first(TurnRow.SELECT + "WHERE n = ?", row -> TurnRow.of(lane.session.id(), row), n)
                .orElseThrow(() -> new IllegalStateException("The running turn " + n + " is not there."));
        Lane.Mark stop = lane.stop;
        if (stop == null && restartable.contains(lane.session.chat())
                && (left.turn().status() == TurnStatus.WAITING || left.turn().attempt() < maxAttempts)) {
            return left;
        }
        Failure why = Failure.of(ErrorCode.UNAVAILABLE, "The server stopped while it answered.");
        end(tx, lane, n, left.turn().closed(stop == null ? TurnStatus.INTERRUPTED : stop.status(),
                TurnRow.said(tx, lane.n, lane.start), stop == null ? why : stop.why()));
        lane.free();
        return null;
    }

    private static void end(Tx tx, Lane lane, long n, Turn closed) throws SQLException {
        List<Answer.Data> data = closed.answer().data();
        Failure why = closed.failureOrNull();
        tx.write(CLOSE, closed.status().text(), closed.answer().text(), data.size(), why == null ? null : why.code(),
                why == null ? null : why.message(), n);
        for (int i = 0; i < data.size(); i++) {
            tx.write("INSERT INTO answer_data (turn, i, name, json) VALUES (?, ?, ?, ?)", n, i, data.get(i).name(),
                    data.get(i).json());
        }
        lane.log(Said.unnumbered(Event.closing(closed)));
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
    public void answer(SessionId session, Owner owner, TurnId turn, Input input) {
        database.run(session, tx -> {
            Lane lane = Lane.find(tx, session).filter(it -> it.isOf(owner)).orElseThrow(JdbcSessions::unknown);
            TurnRow asking = TurnRow.find(tx, session, lane.n, turn).orElseThrow(TurnStore::unasked);
            if (lane.running == null || lane.running != asking.n()) {
                if (Questions.inputs(tx, asking.n()).contains(input)) {
                    return false;
                }
                throw asking.turn().status().open() ? TurnStore.unasked() : TurnStore.closed();
            }
            Optional<String> before = Questions.answer(tx, asking.n(), input.ask()).orElseThrow(TurnStore::unasked)
                    .json();
            if (before.isPresent()) {
                if (before.get().equals(input.json())) {
                    return false;
                }
                throw TurnStore.answered();
            }
            Questions.answered(tx, asking.n(), input);
            lane.wait(false);
            lane.log(Said.unnumbered(
                    new Event.Answered(turn, asking.turn().attempt(), input.ask(), input.json())));
            lane.save(publisher);
            return true;
        });
    }

    @Override
    public List<Input> inputs(SessionId session, TurnId turn) {
        return database.read(sql -> sql.list("""
                SELECT ask, question.answer FROM session JOIN turn ON turn.n = session.running
                JOIN question ON question.turn = turn.n
                WHERE session.id = ? AND ending IS NULL AND turn.id = ? AND question.answer IS NOT NULL ORDER BY ask""",
                row -> new Input(row.integer(1), row.text(2)), session.text(), turn.text()));
    }

    @Override
    public void release(Claim claim) {
        database.run(claim.turn().session(), tx -> {
            Lane lane = Lane.find(tx, claim.turn().session()).orElse(null);
            if (lane == null || lane.lost(claim)) {
                return false;
            }
            lane.holder = null;
            lane.save(publisher);
            return true;
        });
    }

    @Override
    public Closed close(Claim claim, Turn closed, List<Event> saidLast, Changes changes) {
        TurnStore.requireClosing(claim, closed, changes);
        SessionId session = claim.turn().session();
        List<Said> events = Said.of(claim, saidLast);
        return database.run(session, tx -> {
            Lane lane = Lane.find(tx, session).orElse(null);
            if (lane == null || lane.lost(claim)) {
                return lane != null && closedBefore(tx, lane, claim, closed) ? Closed.DONE : Closed.LOST;
            }
            Writing writing = Writing.prepare(tx, lane, changes);
            if (!writing.conflicts().isEmpty()) {
                return new Closed(false, writing.conflicts());
            }
            List<Said> unsaid = lane.unsaid(events);
            lane.say(unsaid);
            writing.write(closed.id().text(), retention);
            end(tx, lane, lane.running(), closed);
            lane.free();
            LogTrim.trim(tx, lane, retention);
            lane.save(publisher);
            return Closed.DONE;
        });
    }

    private static boolean closedBefore(Tx tx, Lane lane, Claim claim, Turn closed) throws SQLException {
        return TurnRow.find(tx, lane.session.id(), lane.n, closed.id())
                .filter(now -> now.turn().status() == closed.status()
                        && now.turn().attempt() == claim.turn().attempt())
                .isPresent();
    }

    @Override
    public Optional<Turn> find(SessionId session, TurnId turn) {
        return database.together(sql -> {
            var lane = TurnRow.Numbers.of(sql, session);
            var row = lane.isEmpty() ? Optional.<TurnRow>empty() : TurnRow.find(sql, session, lane.get().n(), turn);
            return row.isEmpty() ? Optional.empty() : Optional.of(row.get().complete(sql, lane.get()));
        });
    }

    @Override
    public List<Turn> committed(SessionId session, int limit) {
        return database.together(sql -> TurnRow.committed(sql, session, limit));
    }

    @Override
    public Optional<TurnStatus> stop(Stop stop, Owner owner) {
        return database.run(stop.session(), tx -> {
            Lane lane = Lane.find(tx, stop.session()).filter(it -> it.isOf(owner)).orElse(null);
            TurnRow found = lane == null ? null : TurnRow.find(tx, stop.session(), lane.n, stop.turn()).orElse(null);
            if (lane == null || found == null) {
                return Optional.empty();
            }
            TurnStatus status = found.turn().status();
            if (status == TurnStatus.QUEUED) {
                status = stop.status();
                end(tx, lane, found.n(), found.turn().closed(status, Answer.EMPTY, stop.why()));
                lane.open--;
                lane.save(publisher);
            } else if (status.open() && lane.stop == null) {
                lane.mark(stop.status(), stop.why());
                lane.save(publisher);
            }
            return Optional.of(status);
        });
    }

    @Override
    public List<Stop> stopping(NodeId node) {
        return database.read(sql -> sql.list(STOPPING,
                row -> new Stop(new SessionId(row.text(1)), new TurnId(row.text(2)), TurnRow.status(row.text(3)),
                        new Failure(row.text(4), row.text(5))),
                node.text()));
    }

    @Override
    public EventLog.Subscription onStop(Runnable look) {
        return publisher.onStop(look);
    }

    @Override
    public void renew(NodeId node, Duration lease) {
        doubtful.release(database, node);
        database.run(tx -> tx.count("UPDATE session SET until = ? WHERE open > 0 AND holder = ?", tx.now().plus(lease),
                node.text()));
    }

    @Override
    public List<SessionId> waiting() {
        return database.read(sql -> sql.list(WAITING, row -> new SessionId(row.text(1)), sql.now()));
    }
}
