package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a database to the schema of this version. All that touches Flyway is here, in a class that is loaded only when it
 * is needed: loading Flyway takes longer than opening the store.
 */
final class Migration {
    private static final Logger LOG = LoggerFactory.getLogger(Migration.class);
    private static final int TRIES = 10;
    private static final String LOCATION = "classpath:dev/carrel/store/jdbc/";

    private Migration() {}

    /**
     * Brings the database to the newest version there is. Where other nodes are at work meanwhile, it may have to give way to
     * them, and tries again; a script makes that rare by locking the table {@code session} first, as everybody does.
     *
     * @param dialect whose migrations
     * @param database what to call it
     * @param schema where the tables are; null where there is but one place
     * @param more where further migrations are
     */
    static void run(Dialect dialect, String database, DataSource source, @Nullable String schema, String... more) {
        List<String> locations = new ArrayList<>(List.of(more));
        locations.add(LOCATION + dialect.name().toLowerCase(Locale.ROOT));
        Flyway flyway = Flyway.configure().dataSource(source).locations(locations.toArray(String[]::new))
                .defaultSchema(schema).load();
        for (int attempt = 1;; attempt++) {
            try {
                flyway.migrate();
                return;
            } catch (FlywayException e) {
                SQLException cause = cause(e);
                if (attempt < TRIES && cause != null && PostgresErrors.gaveWay(cause)) {
                    LOG.info("The database was busy; trying again to bring it to schema {}", Schema.VERSION);
                    continue;
                }
                throw new StoreOpenException("The database " + database + " cannot be brought to schema "
                        + Schema.VERSION + " (" + why(e, cause) + ").", e);
            }
        }
    }

    private static @Nullable SQLException cause(FlywayException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    /** What the database says, if it says something; else what Flyway says first. */
    private static String why(FlywayException e, @Nullable SQLException cause) {
        return cause != null
                ? String.valueOf(cause.getMessage()).strip().replaceAll("\\s+", " ")
                : String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
    }
}
