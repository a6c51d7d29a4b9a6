package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.store.Input;

/** What turns have asked their users, and what those have answered. */
final class Questions {
    private static final String ASKED = "SELECT answer FROM question WHERE turn = ? AND ask = ?";

    private static final String ANSWERED = """
            SELECT last.id, ask, question.answer
            FROM (SELECT turn.n, turn.id FROM session JOIN turn ON turn.session = session.n
                  WHERE session.id = ? ORDER BY turn.n DESC LIMIT ?) AS last
            JOIN question ON question.turn = last.n WHERE question.answer IS NOT NULL ORDER BY last.n, ask""";

    private Questions() {}

    /** The turn asks this, perhaps again; true if it has no answer. */
    static boolean ask(Tx tx, long turn, int ask) throws SQLException {
        tx.write("INSERT INTO question (turn, ask) VALUES (?, ?) ON CONFLICT (turn, ask) DO NOTHING", turn, ask);
        return answer(tx, turn, ask).orElseThrow().json().isEmpty();
    }

    /** What a question has for an answer. */
    record Answered(Optional<String> json) {}

    /** The answer to the question; empty if the turn has not asked it. */
    static Optional<Answered> answer(Reading sql, long turn, int ask) throws SQLException {
        return sql.first(ASKED, row -> new Answered(Optional.ofNullable(row.textOrNull(1))), turn, ask);
    }

    /** Records the answer. */
    static void answered(Tx tx, long turn, Input input) throws SQLException {
        tx.write("UPDATE question SET answer = ? WHERE turn = ? AND ask = ?", input.json(), turn, input.ask());
    }

    /** What was answered so far, in order of the questions. */
    static List<Input> inputs(Reading sql, long turn) throws SQLException {
        return sql.list("SELECT ask, answer FROM question WHERE turn = ? AND answer IS NOT NULL ORDER BY ask",
                row -> new Input(row.integer(1), row.text(2)), turn);
    }

    /** What was answered to the session's last turns, without those that have no answer. */
    static Map<TurnId, List<Input>> answered(Reading sql, SessionId session, int turns) throws SQLException {
        Map<TurnId, List<Input>> answers = new HashMap<>();
        for (Given given : sql.list(ANSWERED,
                row -> new Given(new TurnId(row.text(1)), new Input(row.integer(2), row.text(3))), session.text(),
                turns)) {
            answers.computeIfAbsent(given.turn(), _ -> new ArrayList<>()).add(given.input());
        }
        return answers;
    }

    private record Given(TurnId turn, Input input) {}
}
