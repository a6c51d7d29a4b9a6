package dev.carrel.store.jdbc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

import static dev.carrel.store.jdbc.Field.json;
import static dev.carrel.store.jdbc.Field.moment;
import static dev.carrel.store.jdbc.Field.number;
import static dev.carrel.store.jdbc.Field.secret;
import static dev.carrel.store.jdbc.Field.text;

/**
 * A kind of record in an archive. Records name sessions and turns by their ids: the numbers by which a store's rows refer to
 * each other are its own affair. What follows from other records (how many turns are open, how long a log is) is in none, nor
 * who holds a lease.
 *
 * @param kind its name in the archive
 * @param link the column that says to what it belongs
 * @param order in which a store's records of this kind come, those of what they belong to together
 * @param atOnce how many are read in one piece
 * @param own what it holds itself
 */
record ArchiveRecord(String kind, String table, Of of, String link, String order, int atOnce, List<Field> own) {
    /**
     * To what a record belongs.
     *
     * @param join what finds that, from the record's link
     * @param order the records of one of them together
     * @param found its number, in an insertion
     * @param named what names it, in the record
     */
    record Of(String join, String order, String found, List<Field> named) {
        /** To nothing. */
        static final Of NOTHING = new Of("", "", "", List.of());
        /** To a session. */
        static final Of SESSION = new Of(" JOIN session ON session.n = %s", "session.n, ",
                "(SELECT n FROM session WHERE id = ?)", List.of(text("session").in("session.id")));
        /** To a turn. */
        static final Of TURN = new Of(" JOIN turn ON turn.n = %s JOIN session ON session.n = turn.session",
                "session.n, turn.n, ", """
                        (SELECT turn.n FROM session JOIN turn ON turn.session = session.n
                        WHERE session.id = ? AND turn.id = ?)""",
                List.of(text("session").in("session.id"), text("turn").in("turn.id")));
        /** To a user, a tenant or the application. */
        static final Of PLACE = new Of(" JOIN place ON place.n = -%s", "place.n, ",
                "(SELECT -n FROM place WHERE scope = ? AND tenant = ? AND owner = ?)",
                List.of(text("scope").in("place.scope"), text("tenant").in("place.tenant"),
                        text("user").in("place.owner")));
    }

    private static final List<Field> VALUE = List.of(text("key").in("name"), number("version"), text("type"),
            number("codec"), json("json").orNone(), moment("until").orNone());
    private static final List<Field> ENTRY = List.of(text("list"), text("id"), text("type"), number("codec"),
            json("json"), moment("at"));
    private static final String HOLDING = " " + """
            WHERE (EXISTS (SELECT 1 FROM state WHERE place = -place.n)
            OR EXISTS (SELECT 1 FROM entry WHERE entry.place = -place.n))""";

    /** All kinds, each after those to which its records belong. */
    static final List<ArchiveRecord> ALL = List.of(
            new ArchiveRecord("session", "session", Of.NOTHING, "", "n", 256,
                    List.of(text("id"), text("tenant"), text("user").in("owner"), text("chat"), text("title"),
                            moment("created"), moment("active"), number("turns"), text("ending").orNone(),
                            text("epoch"), number("first"), number("head"), number("changes"), number("start"),
                            number("said"), number("fence"), text("stop").in("stop_status").orNone(),
                            text("code").in("stop_code").orNone(), text("why").in("stop_message").orNone())),
            new ArchiveRecord("turn", "turn", Of.SESSION, "session", "n", 64,
                    List.of(text("id"), text("message"), text("text"), moment("at"), secret("principal"),
                            text("status"), number("attempt"), text("answer"), number("data"),
                            text("code").in("failure_code").orNone(), text("why").in("failure_message").orNone())),
            new ArchiveRecord("answer", "answer_data", Of.TURN, "turn", "i", 64,
                    List.of(number("i"), text("name"), json("json"))),
            new ArchiveRecord("question", "question", Of.TURN, "turn", "ask", 64,
                    List.of(number("ask"), json("answer").orNone())),
            new ArchiveRecord("event", "event", Of.SESSION, "session", "number", 64,
                    List.of(number("number"), text("event").in("kind"), number("version"), json("json"),
                            moment("at"))),
            new ArchiveRecord("value", "state", Of.SESSION, "place", "name", 16, VALUE),
            new ArchiveRecord("entry", "entry", Of.SESSION, "place", "n", 16, ENTRY),
            new ArchiveRecord("change", "change", Of.SESSION, "session", "number", 16,
                    List.of(number("number"), text("key").in("name"), number("version"), text("by").in("writer"),
                            moment("at"), text("type"), number("codec"), json("json").orNone())),
            new ArchiveRecord("place", "place", Of.NOTHING, "", "n", 256,
                    List.of(text("scope"), text("tenant"), text("user").in("owner"))),
            new ArchiveRecord("shared-value", "state", Of.PLACE, "place", "name", 16, VALUE),
            new ArchiveRecord("shared-entry", "entry", Of.PLACE, "place", "n", 16, ENTRY),
            new ArchiveRecord("ended", "ended", Of.NOTHING, "", "id", 256,
                    List.of(text("id"), text("tenant"), text("user").in("owner"), text("chat"), text("reason"),
                            moment("at"))),
            new ArchiveRecord("revocation", "revoked", Of.NOTHING, "", "credential", 256,
                    List.of(text("credential"), moment("until"))));

    /** All that its line holds: what names to what it belongs, then its own. */
    List<Field> fields() {
        List<Field> all = new ArrayList<>(of.named);
        all.addAll(own);
        return all;
    }

    /** Whether there can be records of a user's in it. */
    boolean ofUsers() {
        return !table.equals("revoked");
    }

    /**
     * The query for all records of this kind, whose columns are the {@link #fields}, in an order that no store's numbers and no
     * database's language decides.
     *
     * @param ofUser only those of one user, whose tenant and id are its parameters
     */
    String select(Dialect dialect, boolean ofUser) {
        String columns = fields().stream().map(field -> qualified(field.column())).collect(Collectors.joining(", "));
        boolean byText = own.stream()
                .anyMatch(field -> field.column().equals(order) && field.type() == Field.Type.TEXT);
        return "SELECT " + columns + " FROM " + table + of.join.formatted(qualified(link))
                + (table.equals("place") ? HOLDING : "") + (ofUser ? condition() : "") + " ORDER BY " + of.order
                + qualified(order) + (byText && dialect == Dialect.POSTGRES ? " COLLATE \"C\"" : "");
    }

    private String condition() {
        return switch (table) {
            case "place" -> " AND scope = 'user' AND tenant = ? AND owner = ?";
            case "ended" -> " WHERE tenant = ? AND owner = ?";
            default -> of.equals(Of.PLACE)
                    ? " WHERE place.scope = 'user' AND place.tenant = ? AND place.owner = ?"
                    : " WHERE session.tenant = ? AND session.owner = ?";
        };
    }

    private String qualified(String column) {
        return column.contains(".") ? column : table + "." + column;
    }

    /** The insertion of such a record, whose parameters are the {@link #fields}. */
    String insert(Dialect dialect) {
        String columns = own.stream().map(Field::column).collect(Collectors.joining(", "));
        String values = String.join(", ", Collections.nCopies(own.size(), "?"));
        if (!ofUsers()) {
            // For nodes that are running, it is withdrawn now.
            columns += ", at";
            values += ", " + dialect.now();
        }
        return of.equals(Of.NOTHING)
                ? "INSERT INTO " + table + " (" + columns + ") VALUES (" + values + ")"
                : "INSERT INTO " + table + " (" + link + ", " + columns + ") VALUES (" + of.found + ", " + values
                        + ")";
    }
}
