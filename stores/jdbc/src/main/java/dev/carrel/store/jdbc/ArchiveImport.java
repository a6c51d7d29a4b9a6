package dev.carrel.store.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import tools.jackson.databind.JsonNode;

import dev.carrel.time.TimeSource;

/** Fills an empty store in one transaction, which is committed when all that the archive says of itself has proved true. */
final class ArchiveImport {
    private static final int BATCH = 200;
    /** Characters of what is sent in one piece, at most about so many. */
    private static final int BATCH_LENGTH = 4_000_000;
    private static final Map<String, ArchiveRecord> KINDS = ArchiveRecord.ALL.stream()
            .collect(Collectors.toMap(ArchiveRecord::kind, Function.identity()));
    private static final List<String> TABLES = List.of("session", "turn", "event", "state", "entry", "place", "ended",
            "revoked");
    /** What follows from the records. Whoever ran a turn is not here: another takes it over. */
    private static final String FOLLOWS = """
            UPDATE session SET
            open = (SELECT count(*) FROM turn WHERE turn.session = session.n
                    AND status IN ('queued', 'running', 'waiting')),
            running = (SELECT max(turn.n) FROM turn WHERE turn.session = session.n
                       AND status IN ('running', 'waiting')),
            waiting = (SELECT count(*) FROM turn WHERE turn.session = session.n AND status = 'waiting'),
            started = coalesce((SELECT max(turn.n) FROM turn WHERE turn.session = session.n AND attempt > 0), 0),
            length = coalesce((SELECT sum(length(event.json)) FROM event WHERE event.session = session.n), 0),
            oldest = (SELECT event.at FROM event WHERE event.session = session.n ORDER BY number LIMIT 1)""";

    private final StoreLocation into;
    private final TimeSource time;
    private String kind = "";
    private @Nullable PreparedStatement statement;
    private int waiting;
    private long waitingLength;

    ArchiveImport(StoreLocation into, TimeSource time) {
        this.into = into;
        this.time = time;
    }

    /** Does it; returns how many records of each kind the store now holds. */
    Archive.Summary run(ArchiveLines lines) {
        // Makes the schema, and says what is wrong with the store if it cannot be had.
        into.open(time).close();
        return switch (into) {
            case StoreLocation.Sqlite sqlite -> {
                try (DataFolder folder = DataFolder.take(sqlite.folder())) {
                    yield sqlite(lines, folder.file(SqliteStore.FILE));
                }
            }
            case StoreLocation.Postgres postgres -> postgres(lines, postgres);
        };
    }

    private Archive.Summary sqlite(ArchiveLines lines, Path file) {
        try (Connection connection = new StoreLocation.Sqlite(file).writing().getConnection();
                var sql = new Sql(connection, Dialect.SQLITE, null)) {
            sql.execute("PRAGMA busy_timeout = 5000");
            sql.execute("PRAGMA foreign_keys = ON");
            sql.execute("PRAGMA synchronous = FULL");
            connection.setAutoCommit(false);
            return fill(lines, connection, sql);
        } catch (SQLException e) {
            throw ArchiveException.of(into, "filled", e);
        }
    }

    private Archive.Summary postgres(ArchiveLines lines, StoreLocation.Postgres postgres) {
        try (Connection connection = postgres.source().getConnection();
                var sql = new Sql(connection, Dialect.POSTGRES, null)) {
            connection.setAutoCommit(false);
            // Reading goes on; whoever writes waits, and finds the store filled or as it was.
            sql.execute("LOCK TABLE " + String.join(", ", TABLES) + " IN SHARE ROW EXCLUSIVE MODE");
            return fill(lines, connection, sql);
        } catch (SQLException e) {
            throw ArchiveException.of(into, "filled", e);
        }
    }

    private Archive.Summary fill(ArchiveLines lines, Connection connection, Sql sql) throws SQLException {
        boolean done = false;
        try {
            requireEmpty(sql);
            insertAll(lines, connection, sql.dialect());
            if (sql.dialect() == Dialect.POSTGRES) {
                sql.execute("ANALYZE " + String.join(", ", TABLES));
            }
            sql.execute(FOLLOWS);
            requireAll(lines.counts(), sql);
            connection.commit();
            done = true;
            return new Archive.Summary(lines.counts());
        } finally {
            if (!done) {
                connection.rollback();
            }
        }
    }

    private void requireEmpty(Sql sql) throws SQLException {
        for (ArchiveRecord record : ArchiveRecord.ALL) {
            if (sql.first("SELECT 1 FROM (" + record.select(sql.dialect(), false) + ") AS found LIMIT 1", row -> true)
                    .isPresent()) {
                throw new ArchiveException("The store " + into
                        + " is not empty, and an archive is not mixed with what is there: choose an empty one");
            }
        }
        // Places that hold nothing any more.
        sql.update("DELETE FROM place");
    }

    private void insertAll(ArchiveLines lines, Connection connection, Dialect dialect) throws SQLException {
        for (@Nullable
        String line = lines.next(); line != null; line = lines.next()) {
            try {
                insert(line, connection, dialect);
            } catch (ArchiveException e) {
                throw new ArchiveException(lines.where() + " cannot be stored: " + e.getMessage(), e);
            } catch (SQLException e) {
                throw misfit(lines, e);
            }
        }
        try {
            flush();
        } catch (SQLException e) {
            throw misfit(lines, e);
        }
        finish();
    }

    private void insert(String line, Connection connection, Dialect dialect) throws SQLException {
        JsonNode json = ArchiveFormat.parse(line);
        String name = json.path("kind").asString("");
        ArchiveRecord next = KINDS.get(name);
        if (next == null) {
            throw new ArchiveException("this program knows no \"" + name + "\"");
        }
        PreparedStatement into = name.equals(kind) ? statement : null;
        if (into == null) {
            flush();
            finish();
            into = connection.prepareStatement(next.insert(dialect));
            kind = name;
            statement = into;
        }
        List<Field> fields = next.fields();
        for (int i = 0; i < fields.size(); i++) {
            fields.get(i).bind(into, i + 1, json, dialect);
        }
        into.addBatch();
        waitingLength += line.length();
        if (++waiting >= BATCH || waitingLength > BATCH_LENGTH) {
            flush();
        }
    }

    private void flush() throws SQLException {
        if (statement != null && waiting > 0) {
            statement.executeBatch();
        }
        waiting = 0;
        waitingLength = 0;
    }

    private void finish() throws SQLException {
        if (statement != null) {
            statement.close();
        }
        statement = null;
    }

    /** Without what the database says of a violation: that repeats what is in the line. */
    private ArchiveException misfit(ArchiveLines lines, SQLException e) {
        boolean violation = String.valueOf(e.getSQLState()).startsWith("23")
                || SqliteErrors.is(e, SQLiteErrorCode.SQLITE_CONSTRAINT);
        return violation
                ? new ArchiveException("A line before " + lines.where()
                        + " cannot be stored: it stands there twice, or names a session, turn or place that is not there")
                : ArchiveException.of(into, "filled", e);
    }

    private void requireAll(Map<String, Long> counts, Sql sql) throws SQLException {
        for (ArchiveRecord record : ArchiveRecord.ALL) {
            long there = sql.first("SELECT count(*) FROM (" + record.select(sql.dialect(), false) + ") AS found",
                    row -> row.number(1)).orElse(0L);
            long wanted = counts.getOrDefault(record.kind(), 0L);
            if (there != wanted) {
                throw new ArchiveException("The store " + into + " would hold " + there + " records of kind "
                        + record.kind() + ", and the archive has " + wanted);
            }
        }
    }
}
