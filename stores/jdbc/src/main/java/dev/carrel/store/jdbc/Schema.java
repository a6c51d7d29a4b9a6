package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The schema's version: read first, so that a database that is up to date opens without a {@link Migration}. */
final class Schema {
    /** The version that this program works with. */
    static final int VERSION = 2;

    private static final List<String> HISTORY = List.of("flyway_schema_history");

    private Schema() {}

    /** What a database says of itself. */
    private record Found(int version, int usableFrom) {}

    /**
     * Whether the database is at this version, or at a newer one that this program may use.
     *
     * @param database what to call it
     * @param option the setting that chooses another
     * @throws StoreOpenException if this program may not use it, or it is somebody else's
     */
    static boolean current(Reading sql, Dialect dialect, String database, String option) throws SQLException {
        Optional<Found> found = read(sql, dialect, database, option);
        if (found.isEmpty() || found.get().version() < VERSION) {
            return false;
        }
        if (found.get().usableFrom() > VERSION) {
            throw new StoreOpenException(
                    "The database " + database + " was made by a newer version of Carrel (schema "
                            + found.get().version() + ", usable from schema " + found.get().usableFrom()
                            + "; this is schema " + VERSION + "). Update Carrel, or choose another with " + option
                            + ".",
                    null);
        }
        return true;
    }

    private static Optional<Found> read(Reading sql, Dialect dialect, String database, String option)
            throws SQLException {
        List<String> tables = sql.list(dialect.tables(), row -> row.text(1));
        if (tables.contains("carrel_schema")) {
            return sql.first("SELECT version, usable_from FROM carrel_schema",
                    row -> new Found(row.integer(1), row.integer(2)));
        }
        if (!HISTORY.containsAll(tables)) {
            throw new StoreOpenException(
                    "The database " + database + " is not Carrel's. " + dialect.remedy() + " with " + option + ".",
                    null);
        }
        return Optional.empty();
    }
}
