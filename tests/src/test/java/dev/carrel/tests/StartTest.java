package dev.carrel.tests;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.store.jdbc.SqliteStore;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** {@code carrel tutor} as a process: it starts, or says in one line what its operator can mend and ends with status 2. */
class StartTest {
    @TempDir
    private Path folder;

    private Path docs = Path.of("");
    private Path data = Path.of("");

    @BeforeEach
    void make() throws Exception {
        docs = Files.createDirectories(folder.resolve("docs"));
        Files.writeString(docs.resolve("library.md"), "# Library\n\nThe library is open from 8:00 to 22:00.\n");
        data = folder.resolve("data");
    }

    private static void refused(Path docs, Path data, int port, String... words) throws Exception {
        Command.Result result = Command.run(Command.carrel("tutor", "--docs", docs.toString(), "--data",
                data.toString(), "--port", Integer.toString(port)), Map.of());
        assertThat(result.status()).as(result.err()).isEqualTo(2);
        assertThat(result.onlyErrorLine()).startsWith("carrel: ").contains(words).doesNotContain("Exception");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void it_says_where_it_is_and_stops_when_told_to() throws Exception {
        Path out = folder.resolve("out");
        Process tutor = Command.start(Command.carrel("tutor", "--docs", docs.toString(), "--data", data.toString(),
                "--port", "0"), Map.of(), out, folder.resolve("err"));
        try {
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> !tutor.isAlive() || Files.readString(out).contains("alice"));
            assertThat(Files.readAllLines(out).getFirst()).matches("The tutor is on http://localhost:\\d+");
            URI server = URI.create(Files.readAllLines(out).getFirst().replaceFirst(".* ", ""));
            var visitor = new Person(server);
            visitor.get("/health/ready").expect(200);
            assertThat(visitor.ask(visitor.session(), "When is the library open?").path("text").asString())
                    .contains("from 8:00 to 22:00");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("keys"))))
                    .isEqualTo("rw-------");
        } finally {
            tutor.destroy();
        }
        assertThat(tutor.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tutor.exitValue()).as("ended by the signal").isEqualTo(143);
    }

    @Test
    void it_can_be_stopped_while_it_reads_the_documents() throws Exception {
        for (int i = 0; i < 400; i++) {
            Files.writeString(docs.resolve("page" + i + ".md"), "# Page " + i + "\n\nThis is page " + i + ".\n");
        }
        Path err = folder.resolve("err");
        Process tutor = Command.start(Command.carrel("tutor", "--docs", docs.toString(), "--data", data.toString(),
                "--port", "0", "--batch-tokens", "128"), Map.of(), folder.resolve("out"), err);
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> !tutor.isAlive() || Files.readString(err).contains("Reading the documents"));
        tutor.destroy();
        assertThat(tutor.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tutor.exitValue()).as("ended by the signal").isEqualTo(143);
        assertThat(Files.readString(err)).doesNotContain("Exception", "SIG");
    }

    @Test
    void it_can_be_stopped_while_it_answers() throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process tutor = Command.start(Command.carrel("tutor", "--docs", docs.toString(), "--data", data.toString(),
                "--port", "0", "--batch-tokens", "128"), Map.of(), out, err);
        try {
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> !tutor.isAlive() || Files.readString(out).contains("alice"));
            URI server = URI.create(Files.readAllLines(out).getFirst().replaceFirst(".* ", ""));
            for (int i = 0; i < 50; i++) {
                var visitor = new Person(server);
                String session = visitor.session();
                visitor.say(session, "When is the library open on day " + i + "?");
                visitor.say(session, "And when on the day before day " + i + "?");
            }
        } finally {
            tutor.destroy();
        }
        assertThat(tutor.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(tutor.exitValue()).as("ended by the signal").isEqualTo(143);
        assertThat(Files.readString(err)).doesNotContain("Exception", "SIG");
    }

    @Test
    void a_docs_folder_that_is_missing() throws Exception {
        refused(folder.resolve("none"), data, 0, folder.resolve("none").toString(), "does not exist");
    }

    @Test
    void a_docs_folder_that_is_empty() throws Exception {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        refused(empty, data, 0, "nothing to read", empty.toString());
    }

    @Test
    void a_docs_folder_that_is_a_file() throws Exception {
        refused(docs.resolve("library.md"), data, 0, "is a file");
    }

    @Test
    void a_docs_folder_that_may_not_be_read() throws Exception {
        Files.setPosixFilePermissions(docs, PosixFilePermissions.fromString("---------"));
        try {
            if (Files.isReadable(docs)) {
                String line = "NOT RUN: a docs folder that may not be read: this user (root) may read everything";
                System.err.println("\n" + line + "\n");
                Assumptions.abort(line);
            }
            refused(docs, data, 0, "may not be read");
        } finally {
            Files.setPosixFilePermissions(docs, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void a_port_that_is_in_use() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refused(docs, data, other.getLocalPort(), "port " + other.getLocalPort() + " is in use", "--port");
        }
    }

    @Test
    void a_data_folder_where_a_file_stands() throws Exception {
        Files.writeString(data, "a file");
        refused(docs, data, 0, data.toString());
    }

    @Test
    void a_data_folder_that_cannot_be_made() throws Exception {
        refused(docs, Path.of("/proc/carrel"), 0, "/proc/carrel");
    }

    @Test
    void a_data_folder_that_cannot_be_written() throws Exception {
        refused(docs, Path.of("/proc/self/fd"), 0, "/proc/self/fd");
    }

    @Test
    void a_data_folder_in_use_by_another_process() throws Exception {
        Files.createDirectories(data);
        SqliteStore here = SqliteStore.open(data, TimeSource.system());
        try {
            refused(docs, data, 0, "in use by another process (" + ProcessHandle.current().pid() + ")", "--data");
        } finally {
            here.close();
        }
    }

    @Test
    void a_data_folder_of_a_newer_version() throws Exception {
        Files.createDirectories(data);
        SqliteStore.open(data, TimeSource.system()).close();
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + data.resolve(SqliteStore.FILE));
                Statement change = database.createStatement()) {
            change.executeUpdate("UPDATE carrel_schema SET version = 99, usable_from = 98");
        }
        refused(docs, data, 0, "newer version", "98");
    }
}
