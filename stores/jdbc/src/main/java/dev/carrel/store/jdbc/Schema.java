package dev.carrel.store.jdbc;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

import javax.sql.DataSource;

/** The schema's version: read first, so that a database that is up to date opens without a {@link Migration}. */
final class Schema {
    /** The version that this program works with. */
    static final int VERSION = 1;

    private Schema() {}

    /** What a database says of itself. */
    private record Found(int version, int usableFrom) {}

    /** Brings the database to this version, or refuses it. */
    static void prepare(Sql sql, Path file, DataSource database) throws SQLException {
        Optional<Found> found = read(sql, file);
        if (found.isPresent() && found.get().version() >= VERSION) {
            if (found.get().usableFrom() > VERSION) {
                throw new StoreOpenException(
                        "The database " + file + " was made by a newer version of Carrel (schema "
                                + found.get().version() + ", usable from schema " + found.get().usableFrom()
                                + "; this is schema " + VERSION + "). Update Carrel, or choose another with --data.",
                        null);
            }
            return;
        }
        Migration.run(file, database);
    }

    private static Optional<Found> read(Sql sql, Path file) throws SQLException {
        boolean known = sql.first("SELECT 1 FROM sqlite_schema WHERE name = 'carrel_schema'", row -> true).isPresent();
        if (known) {
            return sql.first("SELECT version, usable_from FROM carrel_schema",
                    row -> new Found(row.getInt(1), row.getInt(2)));
        }
        boolean foreign = sql.first("""
                SELECT 1 FROM sqlite_schema
                WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> 'flyway_schema_history'""",
                row -> true).isPresent();
        if (foreign) {
            throw new StoreOpenException(
                    "The database " + file + " is not Carrel's. Move it away, or choose another with --data.", null);
        }
        return Optional.empty();
    }
}
