package dev.carrel.store.jdbc;

import java.nio.file.Path;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings a database to the schema of this version. All that touches Flyway is here, in a class that is loaded only when it
 * is needed: loading Flyway takes longer than opening the store.
 */
final class Migration {
    private static final String LOCATION = "classpath:dev/carrel/store/jdbc/sqlite";

    private Migration() {}

    static void run(Path file, DataSource database) {
        try {
            Flyway.configure().dataSource(database).locations(LOCATION).load().migrate();
        } catch (FlywayException e) {
            throw new StoreOpenException("The database " + file + " cannot be brought to schema " + Schema.VERSION
                    + " (" + String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("") + ").", e);
        }
    }
}
