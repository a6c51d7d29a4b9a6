package dev.carrel.store.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL for the tests of this process: the server whose address is in {@code CARREL_TEST_POSTGRES}, or one that
 * is started when first asked for. Where neither works the tests fail, and say why.
 */
final class PostgresServer {
    private static final String GIVEN = "CARREL_TEST_POSTGRES";
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static @Nullable String address;

    private PostgresServer() {}

    private static synchronized String address() {
        if (address == null) {
            String given = System.getenv(GIVEN);
            address = given != null ? given : started();
        }
        return address;
    }

    private static String started() {
        try {
            // It ends with this process, and its files go with it.
            return start().getJdbcUrl("postgres", "postgres");
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException(
                    "No PostgreSQL could be started (as root it needs user namespaces). Name one in "
                            + GIVEN + ", such as postgres://user:password@localhost/test",
                    e);
        }
    }

    /** A server of its own, for tests that stop it. */
    static EmbeddedPostgres start() throws IOException {
        return EmbeddedPostgres.builder().setServerConfig("max_connections", "200").start();
    }

    /** A schema that nobody else uses, which is made when it is first opened. */
    static PostgresAddress schema() {
        return in(address());
    }

    /** As {@link #schema()}, on this server. */
    static PostgresAddress schema(EmbeddedPostgres server) {
        return in(server.getJdbcUrl("postgres", "postgres"));
    }

    private static PostgresAddress in(String server) {
        String schema = "t" + ProcessHandle.current().pid() + "_" + SCHEMAS.incrementAndGet();
        return PostgresAddress.parse(server + (server.contains("?") ? "&" : "?") + "currentSchema=" + schema);
    }

    /** The same schema, through what listens on this port. */
    static PostgresAddress through(PostgresAddress to, int port) {
        return PostgresAddress.parse(text(to, "localhost", port));
    }

    /** The address whole, for another process of the test. */
    static String text(PostgresAddress to) {
        return text(to, to.source().getServerNames()[0], to.source().getPortNumbers()[0]);
    }

    private static String text(PostgresAddress to, String host, int port) {
        var source = to.source();
        return "postgres://" + host + ":" + port + "/" + source.getDatabaseName() + "?user=" + source.getUser()
                + "&password=" + source.getPassword() + "&currentSchema=" + to.schema();
    }

    /** A database of this name, which may not be there. */
    static PostgresAddress database(String name) {
        return PostgresAddress.parse(address().replaceFirst("/[^/?]*(\\?.*)?$", "/" + name + "$1"));
    }

    /** A schema that nobody else uses, for this user. */
    static PostgresAddress as(String user, String password) {
        return in(address().replaceAll("(user|password)=[^&]*&?", "").replaceFirst("//[^/]*@", "//")
                .replaceFirst("\\??$", "?user=" + user + "&password=" + password));
    }

    /** Removes what the test has left. */
    static void drop(PostgresAddress of) throws SQLException {
        try (Sql sql = connect(of)) {
            sql.execute("DROP SCHEMA IF EXISTS " + of.source().getCurrentSchema() + " CASCADE");
        }
    }

    /** A connection of the test's own. */
    static Sql connect(PostgresAddress to) {
        try {
            return new Sql(to.source().getConnection(), Dialect.POSTGRES, null);
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
