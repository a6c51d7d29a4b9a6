package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.Locale;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * Brings a database to the schema of this version. All that touches Flyway is here, in a class that is loaded only when it
 * is needed: loading Flyway takes longer than opening the store.
 */
final class Migration {
    private static final String LOCATION = "classpath:dev/carrel/store/jdbc/";

    private Migration() {}

    /**
     * @param dialect whose migrations
     * @param database what to call it
     * @param schema where the tables are; null where there is but one place
     */
    static void run(Dialect dialect, String database, DataSource source, @Nullable String schema) {
        try {
            Flyway.configure().dataSource(source).locations(LOCATION + dialect.name().toLowerCase(Locale.ROOT))
                    .defaultSchema(schema).load().migrate();
        } catch (FlywayException e) {
            throw new StoreOpenException("The database " + database + " cannot be brought to schema " + Schema.VERSION
                    + " (" + why(e) + ").", e);
        }
    }

    /** What the database says, if it says something; else what Flyway says first. */
    private static String why(FlywayException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return String.valueOf(sql.getMessage()).strip().replaceAll("\\s+", " ");
            }
        }
        return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
    }
}
