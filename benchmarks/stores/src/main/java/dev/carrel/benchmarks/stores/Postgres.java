package dev.carrel.benchmarks.stores;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import dev.carrel.benchmarks.ServerProcess;
import dev.carrel.benchmarks.TemporaryFolder;

/** A PostgreSQL server of its own, on a free port of the loopback, with its data in a folder that goes with it. */
final class Postgres implements AutoCloseable {
    private static final String USER = "postgres";

    private final TemporaryFolder folder;
    private final EmbeddedPostgres server;
    private final Optional<ProcessHandle> postmaster;
    private int databases;

    /**
     * Starts it.
     *
     * @param durable whether a commit waits for the disk, as PostgreSQL's own defaults have it; the embedded server's do
     * not
     */
    Postgres(boolean durable) throws IOException {
        folder = TemporaryFolder.create();
        Path data = folder.path().resolve("postgres");
        String on = durable ? "on" : "off";
        server = EmbeddedPostgres.builder().setDataDirectory(data).setServerConfig("fsync", on)
                .setServerConfig("synchronous_commit", on).start();
        try (Stream<String> lines = Files.lines(data.resolve("postmaster.pid"))) {
            postmaster = ProcessHandle.of(Long.parseLong(lines.findFirst().orElseThrow().strip()));
        }
    }

    /** The name of a new, empty database. */
    String create() throws SQLException {
        String name = "bench" + ++databases;
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return name;
    }

    /** The database, as {@code --store} takes it. */
    String address(String database) {
        return "postgres://" + USER + "@localhost:" + server.getPort() + "/" + database;
    }

    /** The database, as JDBC names it. */
    String jdbcUrl(String database) {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + database + "?user=" + USER;
    }

    /** Version and the settings that decide what a commit waits for. */
    String describe() throws SQLException {
        return "PostgreSQL " + show("server_version") + ", fsync " + show("fsync") + ", synchronous_commit "
                + show("synchronous_commit") + ", shared_buffers " + show("shared_buffers");
    }

    private String show(String setting) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    /** The processor time that all of its processes have had which still run. */
    double cpuSeconds() {
        return postmaster.map(handle -> Stream.concat(Stream.of(handle), handle.descendants())
                .mapToDouble(Postgres::cpuSeconds).sum()).orElse(0.0);
    }

    private static double cpuSeconds(ProcessHandle process) {
        try {
            return ServerProcess.cpuSeconds(process.pid());
        } catch (UncheckedIOException e) {
            // It has ended meanwhile.
            return 0;
        }
    }

    /** Ends with the server gone, however long a busy machine takes to stop it. */
    @Override
    public void close() throws IOException {
        try {
            server.close();
            postmaster.ifPresent(Postgres::awaitEnd);
        } finally {
            folder.close();
        }
    }

    private static void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
