package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import dev.carrel.session.store.Input;

/** What turns have asked their users, and what those have answered. */
final class Questions {
    private static final String ASKED = "SELECT answer FROM question WHERE turn = ? AND ask = ?";

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
}
