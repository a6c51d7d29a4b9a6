package dev.carrel.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * A store as it stood at one moment, read on a connection of its own, beside whoever uses the store: nobody waits, and nothing
 * is changed. While it is open SQLite's log cannot be cut, and grows with what is written meanwhile. Belongs to one thread.
 */
final class StoreView implements AutoCloseable {
    private final StoreLocation location;
    private final Connection connection;
    private final Sql sql;
    private final int version;

    private StoreView(StoreLocation location, Connection connection, Dialect dialect) throws SQLException {
        this.location = location;
        this.connection = connection;
        this.sql = new Sql(connection, dialect, null);
        if (dialect == Dialect.POSTGRES) {
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
        } else {
            sql.execute("PRAGMA busy_timeout = 5000");
            sql.execute("BEGIN");
        }
        this.version = version(sql, location);
    }

    /**
     * Opens it.
     *
     * @throws ArchiveException if there is no store, or one of an older schema
     * @throws StoreOpenException if it is of a newer schema, or no store of ours
     */
    static StoreView open(StoreLocation location) {
        StoreView view = any(location);
        if (view.version < Schema.VERSION) {
            view.close();
            throw new ArchiveException("The store " + location + " is at schema " + view.version
                    + ", and this program works with " + Schema.VERSION
                    + ": bring it up to date first, with carrel store migrate");
        }
        return view;
    }

    /** As {@link #open}, of an older schema or none, too. */
    static StoreView any(StoreLocation location) {
        DataSource source = switch (location) {
            case StoreLocation.Sqlite sqlite -> sqlite.reading();
            case StoreLocation.Postgres postgres -> postgres.source();
        };
        @Nullable
        Connection connection = null;
        try {
            connection = source.getConnection();
            return new StoreView(location, connection, dialect(location));
        } catch (SQLException e) {
            closeQuietly(connection);
            throw ArchiveException.of(location, "read", e);
        } catch (RuntimeException | Error e) {
            closeQuietly(connection);
            throw e;
        }
    }

    private static void closeQuietly(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // What went wrong before matters more.
        }
    }

    static Dialect dialect(StoreLocation location) {
        return location instanceof StoreLocation.Sqlite ? Dialect.SQLITE : Dialect.POSTGRES;
    }

    /** The schema's version; 0 if there are no tables. */
    private static int version(Sql sql, StoreLocation location) throws SQLException {
        boolean made = sql.list(sql.dialect().tables(), row -> row.text(1)).contains("carrel_schema");
        // Refuses what is somebody else's, or too new.
        Schema.current(sql, sql.dialect(), location.toString(),
                location instanceof StoreLocation.Sqlite ? "--data" : "--store");
        return made ? sql.first("SELECT version FROM carrel_schema", row -> row.integer(1)).orElse(0) : 0;
    }

    int version() {
        return version;
    }

    Dialect dialect() {
        return sql.dialect();
    }

    StoreLocation location() {
        return location;
    }

    /** For queries whose answers are small. */
    Reading reading() {
        return sql;
    }

    /** Reads at all that a query finds, a few rows at a time. */
    <T> Cursor<T> cursor(String query, int atOnce, Reading.Row<T> row, String... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(query, ResultSet.TYPE_FORWARD_ONLY,
                ResultSet.CONCUR_READ_ONLY);
        try {
            statement.setFetchSize(atOnce);
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, dialect().write(values[i]));
            }
            return new Cursor<>(statement, statement.executeQuery(), dialect(), row);
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    /** The rows that a query finds, one after the other. */
    static final class Cursor<T> implements AutoCloseable {
        private final PreparedStatement statement;
        private final ResultSet rows;
        private final Columns columns;
        private final Reading.Row<T> row;

        Cursor(PreparedStatement statement, ResultSet rows, Dialect dialect, Reading.Row<T> row) {
            this.statement = statement;
            this.rows = rows;
            this.columns = new Columns(rows, dialect);
            this.row = row;
        }

        /** The next; null after the last. */
        @Nullable
        T next() throws SQLException {
            return rows.next() ? row.of(columns) : null;
        }

        @Override
        public void close() throws SQLException {
            try (statement) {
                rows.close();
            }
        }
    }

    @Override
    public void close() {
        try {
            sql.close();
        } catch (SQLException e) {
            // It was only read.
        }
    }
}
