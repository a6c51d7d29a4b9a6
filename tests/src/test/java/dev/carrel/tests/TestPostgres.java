package dev.carrel.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL for the tests of this process, or the one that {@code CARREL_TEST_POSTGRES} names
 * ({@code postgres://user:password@host:port/database}). If there is neither, the tests fail: they are not skipped.
 */
final class TestPostgres {
    private static @Nullable EmbeddedPostgres server;

    private TestPostgres() {}

    /** A database of its own, empty, as {@code --store} names it. */
    static synchronized String database() throws SQLException {
        String given = System.getenv("CARREL_TEST_POSTGRES");
        String name = "carrel_" + UUID.randomUUID().toString().replace("-", "");
        if (given != null && !given.isBlank()) {
            execute("jdbc:postgresql:" + given.replaceFirst("^[a-z]+:", ""), name);
            return given.replaceFirst("/[^/?]*(\\?.*)?$", "/" + name);
        }
        if (server == null) {
            try {
                server = EmbeddedPostgres.builder().setServerConfig("max_connections", "100").start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        execute(server.getJdbcUrl("postgres", "postgres"), name);
        return "postgres://postgres:postgres@localhost:" + server.getPort() + "/" + name;
    }

    private static void execute(String url, String database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url); var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        }
    }
}
