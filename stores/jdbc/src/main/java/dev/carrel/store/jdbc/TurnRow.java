package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.error.FailedException;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Event;
import dev.carrel.session.EventId;
import dev.carrel.session.Failure;
import dev.carrel.session.Message;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;

/**
 * A turn as its row holds it.
 *
 * @param data how many values stand beside the answer's text, in rows of their own
 */
record TurnRow(long n, int data, Turn turn) {
    private static final Logger LOG = LoggerFactory.getLogger(TurnRow.class);
    static final String SELECT = """
            SELECT n, id, message, text, at, principal, status, attempt, answer, data, failure_code, failure_message
            FROM turn\s""";
    private static final String LAST = SELECT + "WHERE session = ? ORDER BY n DESC LIMIT ?";
    private static final String COMMITTED = SELECT
            + "WHERE session = ? AND status = 'committed' ORDER BY n DESC LIMIT ?";

    static TurnRow of(SessionId session, Columns row) throws SQLException {
        String code = row.textOrNull(11);
        String why = row.textOrNull(12);
        @Nullable
        Failure failure = code == null || why == null ? null : new Failure(code, why);
        var message = new Message(row.text(3), row.text(4), row.instant(5));
        return new TurnRow(row.number(1), row.integer(10),
                new Turn(new TurnId(row.text(2)), session, message, row.text(6), status(row.text(7)), row.integer(8),
                        new Answer(row.text(9), List.of()), failure));
    }

    /**
     * The status that is stored so.
     *
     * @throws FailedException if there is none
     */
    static TurnStatus status(String text) {
        return Arrays.stream(TurnStatus.values()).filter(status -> status.text().equals(text)).findFirst()
                .orElseThrow(() -> new FailedException("A stored turn can no longer be read.",
                        new IllegalStateException("There is no status \"" + text + "\" of a turn.")));
    }

    /** The session's turn of this id. */
    static Optional<TurnRow> find(Reading sql, SessionId session, long lane, TurnId turn) throws SQLException {
        return sql.first(SELECT + "WHERE session = ? AND id = ?", row -> of(session, row), lane, turn.text());
    }

    /** The session's last turns, oldest first; empty if there is no such session. */
    static List<Turn> last(Reading sql, SessionId session, int limit) throws SQLException {
        return turns(sql, LAST, session, Numbers.of(sql, session), limit);
    }

    /** The session's last committed turns, oldest first, also if it is ending; empty if there is no such session. */
    static List<Turn> committed(Reading sql, SessionId session, int limit) throws SQLException {
        return turns(sql, COMMITTED, session, Numbers.ofAny(sql, session), limit);
    }

    private static List<Turn> turns(Reading sql, String query, SessionId session, Optional<Numbers> lane, int limit)
            throws SQLException {
        if (lane.isEmpty()) {
            return List.of();
        }
        List<Turn> turns = new ArrayList<>();
        for (TurnRow row : sql.list(query, it -> of(session, it), lane.get().n(), limit)) {
            turns.add(row.complete(sql, lane.get()));
        }
        Collections.reverse(turns);
        return turns;
    }

    /**
     * By what a session's rows are found.
     *
     * @param start the event that started the running attempt
     */
    record Numbers(long n, long start) {
        private static final String FIND = "SELECT n, start FROM session WHERE id = ?";

        static Optional<Numbers> of(Reading sql, SessionId session) throws SQLException {
            return sql.first(FIND + " AND ending IS NULL", Numbers::of, session.text());
        }

        /** Also of a session that is ending. */
        static Optional<Numbers> ofAny(Reading sql, SessionId session) throws SQLException {
            return sql.first(FIND, Numbers::of, session.text());
        }

        private static Numbers of(Columns row) throws SQLException {
            return new Numbers(row.number(1), row.number(2));
        }
    }

    /** The turn as it stands: with the values beside its text, and a running one with what it has said so far. */
    Turn complete(Reading sql, Numbers lane) throws SQLException {
        if (turn.status() == TurnStatus.RUNNING || turn.status() == TurnStatus.WAITING) {
            return turn.saying(said(sql, lane.n(), lane.start()));
        }
        if (data == 0) {
            return turn;
        }
        return turn.saying(new Answer(turn.answer().text(),
                sql.list("SELECT name, json FROM answer_data WHERE turn = ? ORDER BY i",
                        row -> new Answer.Data(row.text(1), row.text(2)), n)));
    }

    /** What the running attempt, which the event {@code start} began, has said so far. */
    static Answer said(Reading sql, long session, long start) throws SQLException {
        List<StoredEvent> events = sql.list("""
                SELECT number, kind, version, json FROM event
                WHERE session = ? AND number > ? AND kind IN ('text', 'data', 'asked') ORDER BY number""",
                row -> new StoredEvent(new EventId("0", row.number(1)), row.text(2), row.integer(3), row.text(4)),
                session, start);
        return Answer.of(events.stream().flatMap(event -> readable(session, event)).toList());
    }

    /** One piece that can no longer be read must not hold up the lane, whose next claim closes the turn with the others. */
    private static Stream<Event> readable(long session, StoredEvent event) {
        try {
            return Stream.of(event.event());
        } catch (RuntimeException e) {
            LOG.error("Event {} of session number {} can no longer be read", event.id().number(), session, e);
            return Stream.empty();
        }
    }
}
