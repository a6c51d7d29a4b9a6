package dev.carrel.store.jdbc;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

import javax.sql.DataSource;

import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/** Where a store is, open or not. Its text names it for people and holds no password. Immutable. */
public sealed interface StoreLocation {
    /**
     * A SQLite database.
     *
     * @param file the database's file: {@link SqliteStore#FILE} in a data folder, or a backup of it
     */
    record Sqlite(Path file) implements StoreLocation {
        /** The data folder that it is in. */
        Path folder() {
            Path parent = file.toAbsolutePath().getParent();
            return parent == null ? file.toAbsolutePath() : parent;
        }

        @Override
        public Store open(TimeSource time) {
            if (!file.endsWith(SqliteStore.FILE)) {
                throw new ArchiveException(file + " is a backup: copy it to " + SqliteStore.FILE
                        + " in a data folder, and name that with --data");
            }
            return SqliteStore.open(folder(), time);
        }

        /** Connections that change nothing. */
        DataSource reading() {
            if (Files.isDirectory(folder()) && !Files.isExecutable(folder())) {
                throw new ArchiveException("The folder " + folder() + " cannot be read: permission denied");
            }
            if (!Files.exists(file)) {
                throw new ArchiveException("There is no store in " + folder() + " (no file " + file.getFileName()
                        + "). Name its folder with --data.");
            }
            var config = new SQLiteConfig();
            config.setReadOnly(true);
            return source(new SQLiteDataSource(config));
        }

        /** Connections that may change it. */
        DataSource writing() {
            return source(new SQLiteDataSource());
        }

        private DataSource source(SQLiteDataSource source) {
            // A URI, because sqlite-jdbc takes what follows a question mark in a plain path for settings.
            source.setUrl("jdbc:sqlite:file:" + file.toUri().getRawPath());
            return source;
        }

        @Override
        public String toString() {
            return file.toString();
        }
    }

    /** A schema of a PostgreSQL database. */
    record Postgres(PostgresAddress address) implements StoreLocation {
        @Override
        public Store open(TimeSource time) {
            return PostgresStore.open(address, Retention.DEFAULT);
        }

        /** Connections that wait as long as a statement takes: what reads or writes a whole store may take long. */
        DataSource source() {
            var source = address.source();
            source.setSocketTimeout(0);
            return source;
        }

        @Override
        public String toString() {
            return address.toString();
        }
    }

    /** The SQLite store of this data folder. */
    static StoreLocation folder(Path data) {
        return new Sqlite(data.resolve(SqliteStore.FILE));
    }

    /**
     * What this names: an address of PostgreSQL, a data folder, or a SQLite database's file.
     *
     * @throws IllegalArgumentException if it is a malformed address
     */
    static StoreLocation of(String text) {
        if (PostgresAddress.isOne(text)) {
            return new Postgres(PostgresAddress.parse(text));
        }
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException e) {
            throw new ArchiveException("\"" + text + "\" is neither a path nor an address", e);
        }
        return Files.isRegularFile(path) ? new Sqlite(path) : folder(path);
    }

    /**
     * Opens the store, as a server does, and brings it to this version's schema.
     *
     * @throws StoreOpenException if it cannot be, with one line that says why
     */
    Store open(TimeSource time);
}
