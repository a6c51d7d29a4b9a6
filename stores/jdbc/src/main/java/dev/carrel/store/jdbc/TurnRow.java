package dev.carrel.store.jdbc;

import java.sql.ResultSet;
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

    static TurnRow of(SessionId session, ResultSet row) throws SQLException {
        String code = row.getString(11);
        String why = row.getString(12);
        @Nullable
        Failure failure = code == null || why == null ? null : new Failure(code, why);
        var message = new Message(row.getString(3), row.getString(4), Sql.instant(row.getLong(5)));
        return new TurnRow(row.getLong(1), row.getInt(10),
                new Turn(new TurnId(row.getString(2)), session, message, row.getString(6),
                        TurnStatus.valueOf(row.getString(7).toUpperCase(Locale.ROOT)), row.getInt(8),
                        new Answer(row.getString(9), List.of()), failure));
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
                        row -> new Answer.Data(row.getString(1), row.getString(2)), n)));
    }

    /** What the running attempt, which the event {@code start} began, has said so far. */
    static Answer said(Reading sql, long session, long start) throws SQLException {
        List<Event> said = new ArrayList<>();
        sql.list("""
                SELECT number, kind, version, json FROM event
                WHERE session = ? AND number > ? AND kind IN ('text', 'data') ORDER BY number""",
                row -> said.add(new StoredEvent(new EventId("0", row.getLong(1)), row.getString(2), row.getInt(3),
                        row.getString(4)).event()),
                session, start);
        return Answer.of(said);
    }

    private Turn with(Answer answer) {
        return new Turn(turn.id(), turn.session(), turn.message(), turn.sealedPrincipal(), turn.status(),
                turn.attempt(), answer, turn.failureOrNull());
    }
}
