package dev.carrel.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.store.EventHub;
import dev.carrel.session.store.Retention;
import dev.carrel.time.TimeSource;

/**
 * Keeps everything in one schema of a PostgreSQL database (version 14 or later), {@code carrel} unless the address says
 * otherwise. Several nodes may share it; leases run on the database's clock. What it acknowledges is as durable as that
 * server's commits. Thread-safe.
 */
public final class PostgresStore extends JdbcStore {
    private static final String OPTION = "--store";
    /** What two nodes that start at once take before they change the schema; any number that nobody else takes. */
    private static final long MIGRATING = 0x4341_5252_454cL;

    private final PostgresDatabase database;
    private final Wakeups wakeups;
    private final Ports ports;

    private PostgresStore(DataSource source, String channel, Retention retention, @Nullable TimeSource time,
            Duration patience) {
        var hub = new EventHub();
        database = new PostgresDatabase(source, time, patience);
        try {
            wakeups = new Wakeups(database, source, channel, hub, this::refresh);
            ports = new Ports(database, hub, new Publisher(hub, wakeups), retention);
        } catch (RuntimeException | Error e) {
            database.close();
            throw e;
        }
        wakeups.start();
    }

    private void refresh() {
        ports.revocations().refresh();
    }

    /**
     * Opens the store, and makes its schema if it is not there.
     *
     * @throws StoreOpenException if the database cannot be reached or used, with one line that says why
     */
    public static PostgresStore open(PostgresAddress address, Retention retention) {
        return open(address, retention, null, PostgresDatabase.PATIENCE);
    }

    /** As {@link #open(PostgresAddress, Retention)}, with a clock that counts instead of the database's: for tests. */
    public static PostgresStore open(PostgresAddress address, Retention retention, TimeSource time) {
        return open(address, retention, time, PostgresDatabase.PATIENCE);
    }

    static PostgresStore open(PostgresAddress address, Retention retention, @Nullable TimeSource time,
            Duration patience) {
        DataSource source = address.source();
        try {
            return new PostgresStore(source, prepared(address, source), retention, time, patience);
        } catch (SQLException e) {
            throw new StoreOpenException("The database " + address + " " + PostgresErrors.opening(e) + ".", e);
        }
    }

    /** Brings the database to this version's schema; returns the name of the channel of those who share it. */
    private static String prepared(PostgresAddress address, DataSource source) throws SQLException {
        Connection connection = source.getConnection();
        String schema = address.schema();
        try (var sql = new Sql(connection, Dialect.POSTGRES, null)) {
            if (!Schema.current(sql, Dialect.POSTGRES, address.toString(), OPTION)) {
                sql.execute("SET lock_timeout = '60s'");
                sql.list("SELECT pg_advisory_lock(?)", row -> true, MIGRATING);
                // Another node may have done it meanwhile.
                if (!Schema.current(sql, Dialect.POSTGRES, address.toString(), OPTION)) {
                    // Not left to Flyway, which tries for ten seconds what it may not do.
                    sql.execute("CREATE SCHEMA IF NOT EXISTS \"" + schema.replace("\"", "\"\"") + "\"");
                    Migration.run(Dialect.POSTGRES, address.toString(), source, schema);
                }
            }
            return sql.first("SELECT 'carrel_' || oid FROM pg_namespace WHERE nspname = current_schema()",
                    row -> row.text(1)).orElseThrow();
        }
    }

    @Override
    Ports ports() {
        return ports;
    }

    /** What it runs on. */
    PostgresDatabase database() {
        return database;
    }

    /** How it hears of the other nodes. */
    Wakeups wakeups() {
        return wakeups;
    }

    @Override
    public void close() {
        wakeups.close();
        database.close();
    }
}
