package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A column that holds JSON.
 *
 * @param from the rows that have it
 * @param session the id of the session to which a row belongs; null for what belongs to none
 * @param name what a row is called
 */
record StoredJson(String column, String from, String session, String name) {
    private static final String PLACE = """
            LEFT JOIN session ON session.n = %1$s.place LEFT JOIN place ON place.n = -%1$s.place""";
    private static final String OF_TURN = """
            JOIN turn ON turn.n = %1$s.turn JOIN session ON session.n = turn.session""";

    static final List<StoredJson> ALL = List.of(
            new StoredJson("json", "event JOIN session ON session.n = event.session", "session.id",
                    "'event ' || number"),
            new StoredJson("json", "state " + PLACE.formatted("state"), "session.id",
                    "'value ' || name || ' of place ' || coalesce(place.n, 0) || ' (' || coalesce(scope, 'session') || ')'"),
            new StoredJson("json", "entry " + PLACE.formatted("entry"), "session.id",
                    "'entry ' || entry.n || ' of list ' || list || ' of place ' || coalesce(place.n, 0) || ' ('"
                            + " || coalesce(scope, 'session') || ')'"),
            new StoredJson("json", "change JOIN session ON session.n = change.session", "session.id",
                    "'change ' || number"),
            new StoredJson("json", "answer_data " + OF_TURN.formatted("answer_data"), "session.id",
                    "'value ' || i || ' of turn ' || turn.id"),
            new StoredJson("question.answer", "question " + OF_TURN.formatted("question"), "session.id",
                    "'answer ' || ask || ' of turn ' || turn.id"));

    String select() {
        return "SELECT " + session + ", " + name + ", " + column + " FROM " + from + " WHERE " + column
                + " IS NOT NULL";
    }

    /** What is wrong with the row; empty if nothing is. */
    String trouble(Columns row) throws SQLException {
        if (parses(row.text(3))) {
            return "";
        }
        @Nullable
        String id = row.textOrNull(1);
        return (id == null ? "" : "session " + id + ": ") + row.text(2) + " is no JSON";
    }

    /** Whether the text is one value. */
    static boolean parses(String text) {
        try (JsonParser parser = ArchiveFormat.MAPPER.createParser(text)) {
            int values = 0;
            for (@Nullable
            JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (parser.streamReadContext().inRoot()) {
                    values++;
                }
            }
            return values == 1;
        } catch (JacksonException e) {
            return false;
        }
    }
}
