package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.carrel.session.TurnStatus;

/**
 * Whether a store is whole: the database itself, and what its rows say of each other. It is read as it stands at one moment,
 * beside whoever uses it, and nothing is changed.
 */
public final class StoreCheck {
    private static final int TOLD = 50;
    private static final String STATUSES = Arrays.stream(TurnStatus.values())
            .map(status -> "'" + status.text() + "'").collect(Collectors.joining(", "));
    private static final String OPEN = "('queued', 'running', 'waiting')";

    /** What must find nothing: the session's id, and what is said of it. */
    private static final List<String> RULES = List.of(
            """
                    SELECT id, 'its log should hold events ' || first || ' to ' || head || ', and holds ' ||
                    coalesce(found, 0) || ' from ' || coalesce(low, 0) || ' to ' || coalesce(high, 0)
                    FROM session LEFT JOIN (SELECT session, count(*) AS found, min(number) AS low, max(number) AS high
                    FROM event GROUP BY session) AS log ON log.session = session.n
                    WHERE coalesce(found, 0) <> head - first + 1
                    OR (found > 0 AND (low <> first OR high <> head))""",
            """
                    SELECT id, 'it should have ' || open || ' open turns, and has ' || coalesce(found, 0)
                    FROM session LEFT JOIN (SELECT session, count(*) AS found FROM turn
                    WHERE status IN %s GROUP BY session) AS turns ON turns.session = session.n
                    WHERE open <> coalesce(found, 0)""".formatted(OPEN),
            """
                    SELECT session.id, 'turn ' || turn.id || ' is ' || status || ', and the session does not say so'
                    FROM turn JOIN session ON session.n = turn.session
                    WHERE status IN ('running', 'waiting')
                    AND (running IS NULL OR running <> turn.n OR (status = 'waiting') <> (waiting = 1))""",
            """
                    SELECT session.id, 'a turn should run that does not'
                    FROM session LEFT JOIN turn ON turn.n = session.running AND turn.session = session.n
                    WHERE running IS NOT NULL AND (turn.n IS NULL OR status NOT IN ('running', 'waiting'))""",
            """
                    SELECT session.id, 'turn ' || turn.id || ' has a status that is not known'
                    FROM turn JOIN session ON session.n = turn.session WHERE status NOT IN (%s)""".formatted(STATUSES),
            """
                    SELECT session.id, 'turn ' || turn.id || ' should have ' || data || ' values beside its answer, and has '
                    || coalesce(found, 0)
                    FROM turn JOIN session ON session.n = turn.session
                    LEFT JOIN (SELECT turn, count(*) AS found FROM answer_data GROUP BY turn) AS beside
                    ON beside.turn = turn.n WHERE data <> coalesce(found, 0)""",
            """
                    SELECT id, 'its history ends at ' || changes || ', and has a change ' || last
                    FROM session JOIN (SELECT session, max(number) AS last FROM change GROUP BY session) AS history
                    ON history.session = session.n WHERE last > changes""",
            """
                    SELECT session.id, 'it is ending, and nothing says so to its owner'
                    FROM session LEFT JOIN ended ON ended.id = session.id WHERE ending IS NOT NULL AND ended.id IS NULL""",
            """
                    SELECT session.id, 'it has ended, and is there'
                    FROM session JOIN ended ON ended.id = session.id WHERE ending IS NULL""");

    /** What must be nothing: rows that belong to what is not there. */
    private static final Map<String, String> STRAYS = Map.of("turns", strays("turn", "session", "session"), "events",
            strays("event", "session", "session"), "changes", strays("change", "session", "session"), "answers",
            strays("answer_data", "turn", "turn"), "questions", strays("question", "turn", "turn"), "values",
            placeless("state"), "entries", placeless("entry"));

    private final StoreView view;
    private final List<String> told = new ArrayList<>();
    private long troubles;

    private StoreCheck(StoreView view) {
        this.view = view;
    }

    /**
     * What a check found.
     *
     * @param schema the version of the store's schema
     * @param counts how much there is of what
     * @param troubles how many
     * @param told the first of them, a line each: by session id, never with what users said
     */
    public record Report(int schema, Map<String, Long> counts, long troubles, List<String> told) {
        public Report {
            counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
            told = List.copyOf(told);
        }

        /** Whether the store is whole. */
        public boolean whole() {
            return troubles == 0;
        }
    }

    /**
     * Checks the store.
     *
     * @throws ArchiveException if there is none, it cannot be read, or it is of an older schema
     * @throws StoreOpenException if it is of a newer schema, or no store of ours
     */
    public static Report run(StoreLocation store) {
        try (StoreView view = StoreView.open(store)) {
            return new StoreCheck(view).run();
        }
    }

    private static String strays(String table, String link, String owner) {
        return "SELECT count(*) FROM " + table + " WHERE NOT EXISTS (SELECT 1 FROM " + owner + " WHERE " + owner
                + ".n = " + table + "." + link + ")";
    }

    private static String placeless(String table) {
        return "SELECT count(*) FROM " + table + " WHERE NOT EXISTS (SELECT 1 FROM session WHERE session.n = " + table
                + ".place) AND NOT EXISTS (SELECT 1 FROM place WHERE place.n = -" + table + ".place)";
    }

    private Report run() {
        Map<String, Long> counts = new LinkedHashMap<>();
        try {
            if (view.dialect() == Dialect.SQLITE) {
                database();
            }
            count(counts, "sessions", "session");
            count(counts, "turns", "turn");
            count(counts, "events", "event");
            count(counts, "values", "state WHERE json IS NOT NULL");
            count(counts, "entries", "entry");
            count(counts, "ended sessions", "ended");
            for (String rule : RULES) {
                each(rule, row -> "session " + row.text(1) + ": " + row.text(2));
            }
            for (var stray : STRAYS.entrySet()) {
                long found = number(stray.getValue());
                if (found > 0) {
                    trouble(found + " " + stray.getKey() + " belong to nothing that is there");
                }
            }
            for (StoredJson json : StoredJson.ALL) {
                each(json.select(), json::trouble);
            }
        } catch (SQLException e) {
            throw ArchiveException.of(view.location(), "checked", e);
        }
        return new Report(view.version(), counts, troubles, told);
    }

    private void database() throws SQLException {
        each("PRAGMA integrity_check(100)", row -> row.text(1).equals("ok") ? "" : "the database: " + row.text(1));
        each("SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2",
                row -> "the database: " + row.number(3) + " rows of " + row.text(1) + " belong to no " + row.text(2));
    }

    private void count(Map<String, Long> counts, String what, String from) throws SQLException {
        counts.put(what, number("SELECT count(*) FROM " + from));
    }

    private long number(String query) throws SQLException {
        return view.reading().first(query, row -> row.number(1)).orElse(0L);
    }

    /** Tells of every row that is not empty. */
    private void each(String query, Reading.Row<String> row) throws SQLException {
        try (var found = view.cursor(query, 32, row)) {
            for (String trouble = found.next(); trouble != null; trouble = found.next()) {
                if (!trouble.isEmpty()) {
                    trouble(trouble);
                }
            }
        }
    }

    private void trouble(String trouble) {
        troubles++;
        if (told.size() < TOLD) {
            told.add(trouble);
        }
    }
}
