package dev.carrel.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.carrel.time.TimeSource;

/** A connection with its prepared statements, each prepared once. Belongs to one thread at a time. */
final class Sql implements Reading, AutoCloseable {
    private final Connection connection;
    private final Dialect dialect;
    private final @Nullable TimeSource time;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    /**
     * On this connection.
     *
     * @param time the clock that counts; null for the database's own
     */
    Sql(Connection connection, Dialect dialect, @Nullable TimeSource time) {
        this.connection = connection;
        this.dialect = dialect;
        this.time = time;
    }

    @Override
    public Dialect dialect() {
        return dialect;
    }

    @Override
    public Instant now() throws SQLException {
        return time != null ? time.now() : first("SELECT " + dialect.now(), row -> row.instant(1)).orElseThrow();
    }

    @Override
    public Instant now(Instant inDatabase) {
        return time != null ? time.now() : inDatabase;
    }

    /** Runs a statement that is not worth keeping. */
    void execute(String statement) throws SQLException {
        try (var once = connection.createStatement()) {
            once.execute(statement);
        }
    }

    /** Runs a change; returns how many rows it changed. */
    int update(String change, @Nullable Object... values) throws SQLException {
        try {
            return prepared(change, values).executeUpdate();
        } catch (SQLException e) {
            forget(change);
            throw e;
        }
    }

    /** Runs several changes, with a semicolon between them. */
    void run(String changes, @Nullable Object... values) throws SQLException {
        try {
            prepared(changes, values).execute();
        } catch (SQLException e) {
            forget(changes);
            throw e;
        }
    }

    @Override
    public <T> List<T> list(String query, Row<T> row, @Nullable Object... values) throws SQLException {
        // Closing the rows resets the statement; one that is not reset would hold its read transaction open.
        try (ResultSet rows = prepared(query, values).executeQuery()) {
            List<T> list = new ArrayList<>();
            var columns = new Columns(rows, dialect);
            while (rows.next()) {
                list.add(row.of(columns));
            }
            return list;
        } catch (SQLException e) {
            forget(query);
            throw e;
        }
    }

    @Override
    public <T> Optional<T> first(String query, Row<T> row, @Nullable Object... values) throws SQLException {
        try (ResultSet rows = prepared(query, values).executeQuery()) {
            return rows.next() ? Optional.of(row.of(new Columns(rows, dialect))) : Optional.empty();
        } catch (SQLException e) {
            forget(query);
            throw e;
        }
    }

    /** sqlite-jdbc finalizes a statement that fails (DB.execute), so it must be prepared anew. */
    private void forget(String text) throws SQLException {
        PreparedStatement statement = statements.remove(text);
        if (statement != null) {
            statement.close();
        }
    }

    private PreparedStatement prepared(String text, @Nullable Object[] values) throws SQLException {
        PreparedStatement statement = statements.get(text);
        if (statement == null) {
            statement = connection.prepareStatement(text);
            statements.put(text, statement);
        }
        for (int i = 0; i < values.length; i++) {
            switch (values[i]) {
                case null -> statement.setNull(i + 1, Types.NULL);
                case String value -> statement.setString(i + 1, dialect.write(value));
                case Long value -> statement.setLong(i + 1, value);
                case Integer value -> statement.setInt(i + 1, value);
                case Instant value -> statement.setLong(i + 1, nanos(value));
                case String[] texts -> statement.setArray(i + 1, connection.createArrayOf("text", written(texts)));
                case Long[] numbers -> statement.setArray(i + 1, connection.createArrayOf("int8", numbers));
                case Integer[] numbers -> statement.setArray(i + 1, connection.createArrayOf("int4", numbers));
                default -> throw new IllegalArgumentException("no column holds a " + values[i]);
            }
        }
        return statement;
    }

    private @Nullable String[] written(@Nullable String[] texts) {
        return Arrays.stream(texts).map(text -> text == null ? null : dialect.write(text)).toArray(String[]::new);
    }

    /** Nanoseconds since 1970; what lies beyond the years that fit is the end of them. */
    static long nanos(Instant at) {
        try {
            return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
        } catch (ArithmeticException tooFar) {
            return at.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** The moment that such a number stands for. */
    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            for (PreparedStatement statement : statements.values()) {
                statement.close();
            }
            statements.clear();
        }
    }
}
