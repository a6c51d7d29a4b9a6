package dev.carrel.store.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteDataSource;

import dev.carrel.session.store.EventHub;
import dev.carrel.session.store.Retention;
import dev.carrel.time.TimeSource;

/**
 * Keeps everything in one SQLite database, {@code carrel.db} in a folder that belongs to this process while it runs. What
 * it acknowledges survives {@code kill -9} of the process; see {@link Durability}. Thread-safe.
 */
public final class SqliteStore extends JdbcStore {
    /** The database's file within the data folder. */
    public static final String FILE = "carrel.db";

    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);
    private static final int READERS = 3;
    /** SQLite's number of {@code synchronous = FULL}, with which each commit waits for the disk. */
    private static final int FULL = 2;

    private final DataFolder folder;
    private final Writer writer;
    private final Readers readers;
    private final Checkpointer checkpointer;
    private final Ports ports;

    private SqliteStore(DataFolder folder, Path file, TimeSource time, Durability durability, Retention retention,
            int queue) throws SQLException {
        this.folder = folder;
        var source = new SQLiteDataSource();
        // A URI, because sqlite-jdbc takes what follows a question mark in a plain path for settings.
        source.setUrl("jdbc:sqlite:file:" + file.toUri().getRawPath());
        List<Sql> opened = new ArrayList<>();
        try {
            Sql writing = connect(source, time, opened);
            String mode = writing.first("PRAGMA journal_mode = WAL", row -> row.text(1)).orElse("");
            if (!mode.equals("wal")) {
                throw new StoreOpenException("The database " + file
                        + " cannot keep a write-ahead log. Choose a folder on a local disk with --data.", null);
            }
            writing.execute("PRAGMA synchronous = " + durability.name());
            writing.execute("PRAGMA foreign_keys = ON");
            writing.execute("PRAGMA cache_size = -16384");
            writing.execute("PRAGMA wal_autocheckpoint = 4000");
            if (!Schema.current(writing, Dialect.SQLITE, file.toString(), "--data")) {
                Migration.run(Dialect.SQLITE, file.toString(), source, null);
            }
            // Whoever held a lease held this folder, and is dead.
            writing.update("UPDATE session SET holder = NULL, until = 0 WHERE open > 0 AND running IS NOT NULL");
            List<Sql> reading = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                Sql sql = connect(source, time, opened);
                sql.execute("PRAGMA query_only = ON");
                reading.add(sql);
            }
            writer = new Writer(writing, queue);
            readers = new Readers(reading);
            checkpointer = new Checkpointer(connect(source, time, opened), writer::commits);
        } catch (SQLException | RuntimeException e) {
            for (Sql sql : opened) {
                sql.close();
            }
            throw e;
        }
        writer.start();
        readers.start();
        checkpointer.start();
        var hub = new EventHub();
        ports = new Ports(new SqliteDatabase(writer, readers), hub, new Publisher(hub, null), retention);
    }

    private static Sql connect(SQLiteDataSource source, TimeSource time, List<Sql> opened) throws SQLException {
        Connection connection = source.getConnection();
        var sql = new Sql(connection, Dialect.SQLITE, time);
        opened.add(sql);
        sql.execute("PRAGMA busy_timeout = 5000");
        return sql;
    }

    /**
     * Opens the store of this folder, and makes both if they are not there.
     *
     * @throws StoreOpenException if the folder or the database cannot be used, with one line that says why
     */
    public static SqliteStore open(Path dataFolder, TimeSource time) {
        return open(dataFolder, time, Durability.NORMAL);
    }

    /** As {@link #open(Path, TimeSource)}, with a choice of what an acknowledged change survives. */
    public static SqliteStore open(Path dataFolder, TimeSource time, Durability durability) {
        return open(dataFolder, time, durability, Retention.DEFAULT);
    }

    /** As {@link #open(Path, TimeSource, Durability)}, with a choice of how much is kept. */
    public static SqliteStore open(Path dataFolder, TimeSource time, Durability durability, Retention retention) {
        return open(dataFolder, time, durability, retention, Writer.QUEUE);
    }

    static SqliteStore open(Path dataFolder, TimeSource time, Durability durability, Retention retention, int queue) {
        DataFolder folder = DataFolder.take(dataFolder);
        try {
            Path file = folder.file(FILE);
            try {
                return new SqliteStore(folder, file, time, durability, retention, queue);
            } catch (SQLException e) {
                throw new StoreOpenException("The database " + file + " " + SqliteErrors.opening(e) + ".", e);
            }
        } catch (RuntimeException | Error e) {
            folder.close();
            throw e;
        }
    }

    /** What an acknowledged change survives, as the connection that writes is set. */
    public Durability durability() {
        return writer.run(tx -> tx.first("PRAGMA synchronous", row -> row.integer(1))).orElseThrow() >= FULL
                ? Durability.FULL
                : Durability.NORMAL;
    }

    @Override
    Ports ports() {
        return ports;
    }

    /** The one that writes. */
    Writer writer() {
        return writer;
    }

    @Override
    public void close() {
        try {
            checkpointer.close();
            readers.close();
            writer.close();
        } catch (SQLException e) {
            LOG.warn("The database was not closed in order; nothing is lost", e);
        } finally {
            folder.close();
        }
    }
}
