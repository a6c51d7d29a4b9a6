package dev.carrel.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** A connection with its prepared statements, each prepared once. Belongs to one thread. */
final class Sql implements Reading, AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    /** On a connection that is in auto-commit mode, so that transactions begin and end where the code says so. */
    Sql(Connection connection) {
        this.connection = connection;
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

    @Override
    public <T> List<T> list(String query, Row<T> row, @Nullable Object... values) throws SQLException {
        // Closing the rows resets the statement; one that is not reset would hold its read transaction open.
        try (ResultSet rows = prepared(query, values).executeQuery()) {
            List<T> list = new ArrayList<>();
            while (rows.next()) {
                list.add(row.of(rows));
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
            return rows.next() ? Optional.of(row.of(rows)) : Optional.empty();
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
                case String value -> statement.setString(i + 1, value);
                case Long value -> statement.setLong(i + 1, value);
                case Integer value -> statement.setInt(i + 1, value);
                case Instant value -> statement.setLong(i + 1, nanos(value));
                default -> throw new IllegalArgumentException("no column holds a " + values[i]);
            }
        }
        return statement;
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
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        statements.clear();
        connection.close();
    }
}
