package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

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
    static final String SELECT = """
            SELECT n, id, message, text, at, principal, status, attempt, answer, data, failure_code, failure_message
            FROM turn\s""";

    static TurnRow of(SessionId session, Columns row) throws SQLException {
        String code = row.textOrNull(11);
        String why = row.textOrNull(12);
        @Nullable
        Failure failure = code == null || why == null ? null : new Failure(code, why);
        var message = new Message(row.text(3), row.text(4), row.instant(5));
        return new TurnRow(row.number(1), row.integer(10),
                new Turn(new TurnId(row.text(2)), session, message, row.text(6),
                        TurnStatus.valueOf(row.text(7).toUpperCase(Locale.ROOT)), row.integer(8),
                        new Answer(row.text(9), List.of()), failure));
    }

    /** The turn as it stands: with the values beside its text, and a running one with what it has said so far. */
    Turn complete(Reading sql, long session, long start) throws SQLException {
        if (turn.status() == TurnStatus.RUNNING) {
            return with(said(sql, session, start));
        }
        if (data == 0) {
            return turn;
        }
        return with(new Answer(turn.answer().text(),
                sql.list("SELECT name, json FROM answer_data WHERE turn = ? ORDER BY i",
                        row -> new Answer.Data(row.text(1), row.text(2)), n)));
    }

    /** What the running attempt, which the event {@code start} began, has said so far. */
    static Answer said(Reading sql, long session, long start) throws SQLException {
        List<Event> said = new ArrayList<>();
        sql.list("""
                SELECT number, kind, version, json FROM event
                WHERE session = ? AND number > ? AND kind IN ('text', 'data') ORDER BY number""",
                row -> said.add(new StoredEvent(new EventId("0", row.number(1)), row.text(2), row.integer(3),
                        row.text(4)).event()),
                session, start);
        return Answer.of(said);
    }

    private Turn with(Answer answer) {
        return new Turn(turn.id(), turn.session(), turn.message(), turn.sealedPrincipal(), turn.status(),
                turn.attempt(), answer, turn.failureOrNull());
    }
}
