package dev.carrel.store.jdbc;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A store is written and filled with a few of its rows in memory, however many it has. */
class LargeArchiveTest {
    private static final int EVENTS = 50_000;
    private static final int LENGTH = 800;

    @TempDir
    Path folder;

    @Test
    void a_store_of_many_times_the_memory_goes_from_one_kind_to_the_other_and_back() throws Exception {
        StoreLocation.Sqlite large = new StoreLocation.Sqlite(folder.resolve("large").resolve(SqliteStore.FILE));
        try (Store store = SqliteStore.open(large.folder(), TimeSource.system())) {
            new Furnished(store, dev.carrel.test.TestTime.start()).session();
        }
        try (Connection connection = large.writing().getConnection(); var statement = connection.createStatement()) {
            statement.executeUpdate("""
                    WITH RECURSIVE numbers (number) AS
                    (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < %d)
                    INSERT INTO event (session, number, kind, version, json, at)
                    SELECT 1, number, 'text', 1, '{"text":"' || hex(zeroblob(%d)) || '"}', 1 FROM numbers"""
                    .formatted(EVENTS, LENGTH / 2));
            statement.executeUpdate("UPDATE session SET head = " + EVENTS);
        }
        PostgresAddress shared = PostgresServer.schema();
        var source = shared.source();
        Path back = folder.resolve("back");
        String address = "postgres://" + source.getServerNames()[0] + ":" + source.getPortNumbers()[0] + "/"
                + source.getDatabaseName() + "?user=" + source.getUser() + "&password="
                + (source.getPassword() == null ? "" : source.getPassword()) + "&currentSchema="
                + source.getCurrentSchema();

        Path first = folder.resolve("first.jsonl");
        Path second = folder.resolve("second.jsonl");
        for (String[] step : List.of(new String[]{"write", large.folder().toString(), first.toString()},
                new String[]{"read", address, first.toString()}, new String[]{"write", address, second.toString()},
                new String[]{"check", address, ""}, new String[]{"read", back.toString(), second.toString()})) {
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx20m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED",
                    "-cp", Child.classPath(), Step.class.getName(), step[0], step[1], step[2])
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            try (var out = process.inputReader()) {
                assertThat(out.lines().toList()).as(String.join(" ", step)).last().asString().contains("50000");
            } finally {
                process.destroyForcibly();
            }
        }
        assertThat(Files.size(first)).isGreaterThan(EVENTS * (long) LENGTH);
        assertThat(Archive.difference(Archive.Source.named(large.folder().toString()),
                Archive.Source.named(back.toString()))).isEmpty();
        assertThat(Archive.difference(Archive.Source.named(first.toString()), Archive.Source.named(second.toString())))
                .isEmpty();
    }

    /** One of the steps, in a process with little memory. */
    static final class Step {
        private Step() {}

        public static void main(String[] args) {
            StoreLocation store = StoreLocation.of(args[1]);
            TimeSource time = TimeSource.system();
            System.out.println(switch (args[0]) {
                case "write" -> Archive.write(store, Path.of(args[2]), time).toString();
                case "read" -> Archive.read(Path.of(args[2]), store, time).toString();
                default -> StoreCheck.run(store).toString();
            });
        }
    }
}
