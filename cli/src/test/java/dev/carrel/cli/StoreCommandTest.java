package dev.carrel.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Arrival;
import dev.carrel.session.DeclaredKey;
import dev.carrel.session.Format;
import dev.carrel.session.LocalKey;
import dev.carrel.session.Message;
import dev.carrel.session.Owner;
import dev.carrel.session.Scope;
import dev.carrel.session.StateKey;
import dev.carrel.session.Turn;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Store;
import dev.carrel.store.jdbc.SqliteStore;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code carrel store}, {@code user} and {@code state}, as they are typed: what they say, and with what status they end. */
class StoreCommandTest {
    private static final Owner ALICE = new Owner("school", "alice");
    private static final Owner BOB = new Owner("school", "bob");
    private static EmbeddedPostgres server;

    @TempDir
    Path folder;

    private Path data = Path.of("");

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @BeforeEach
    void fill() {
        data = folder.resolve("data");
        try (Store store = SqliteStore.open(data, TimeSource.system())) {
            say(store, ALICE, "When is my exam?");
            say(store, BOB, "Where is bob's book?");
            store.state().apply(List.of(new Changes.Append(new Place.OfUser(ALICE), "notes", "n1",
                    new Encoded("Text", 1, "{\"text\":\"Bring it back\"}"), Instant.EPOCH)));
        }
    }

    private static void say(Store store, Owner owner, String text) {
        var session = SessionId.random();
        store.sessions().create(
                new SessionRecord(session, owner, "tutor", "", Instant.EPOCH, Instant.EPOCH, 0, "e1"));
        store.turns().accept(
                Turn.queued(TurnId.random(), session, new Message("m1", text, Instant.EPOCH), "sealed"), owner,
                Arrival.QUEUE, 9);
    }

    private record Result(int status, String out, String err) {
        Result is(int expected, String... says) {
            assertThat(status).as(this::toString).isEqualTo(expected);
            assertThat(List.of(says)).allSatisfy(each -> assertThat(out + err).contains(each));
            assertThat(out + err).doesNotContain("Exception", "\tat ");
            return this;
        }

        /** It cannot be done, and one line says why. */
        void refused(String... says) {
            is(2, says);
            assertThat(out).isEmpty();
            assertThat(err.lines().filter(line -> line.startsWith("carrel: "))).hasSize(1);
        }
    }

    private Result carrel(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        if (!all.contains("--data") && !all.contains("--store")) {
            all.addAll(List.of("--data", data.toString()));
        }
        PrintStream out = System.out;
        PrintStream err = System.err;
        var said = new ByteArrayOutputStream();
        var complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            int status = Main.run(all.toArray(String[]::new));
            return new Result(status, said.toString(StandardCharsets.UTF_8),
                    complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static String database(String schema) {
        return "postgres://postgres:postgres@localhost:" + server.getPort() + "/postgres?currentSchema=" + schema;
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void a_store_moves_to_the_other_kind_and_back() {
        String first = file("first.jsonl");
        String second = file("second.jsonl");
        String postgres = database("moved");
        carrel("store", "check").is(0, "schema 2", "2 sessions, 2 turns, 2 events, 0 values, 1 entry", "It is whole.");
        carrel("store", "export", first, "--verify").is(0, "2 sessions, 2 turns, 2 events", "hold the same");
        carrel("store", "import", first, "--verify", "--store", postgres).is(0, "Filled the store postgresql://",
                "hold the same");
        carrel("store", "check", "--store", postgres, "--verify", data.toString()).is(0, "It is whole.",
                "hold the same");
        carrel("store", "export", second, "--store", postgres).is(0);
        carrel("store", "import", second, "--data", file("back")).is(0);
        carrel("store", "check", first, "--verify", file("back")).is(0, "is a whole archive", "hold the same");
        carrel("user", "erase", "school", "bob", "--yes", "--store", postgres).is(0, "Erased of user bob",
                "1 session, 1 turn, 1 event");
        Result differs = carrel("store", "check", "--store", postgres, "--verify", first);
        differs.is(1, "It is whole.", "records that are the same");
        assertThat(differs.out()).doesNotContain("exam", "postgres:postgres");
        carrel("state", "--store", postgres).is(0, "user   list  notes  kept");
    }

    @Test
    void a_store_in_use_can_be_looked_at_and_copied_but_not_filled_or_erased_from() {
        try (Store store = SqliteStore.open(data, TimeSource.system())) {
            carrel("store", "check").is(0);
            carrel("store", "export", file("a.jsonl")).is(0);
            carrel("store", "backup", file("b.db")).is(0, "2 sessions");
            carrel("user", "export", "school", "alice", file("alice.jsonl")).is(0, "1 session");
            carrel("state").is(0, "notes");
            carrel("store", "import", file("a.jsonl")).refused("in use");
            carrel("store", "migrate").refused("in use");
            carrel("user", "erase", "school", "alice", "--yes").refused("in use");
            assertThat(store.sessions().list(ALICE, 9)).hasSize(1);
        }
        carrel("store", "check", file("b.db")).is(0, "It is whole.");
    }

    @Test
    void a_user_is_given_what_is_theirs_and_is_erased_only_when_that_is_meant() throws IOException {
        carrel("user", "export", "school", "alice", file("alice.jsonl")).is(0, "1 session, 1 turn, 1 event",
                "1 shared entry");
        assertThat(Files.readString(folder.resolve("alice.jsonl"))).contains("When is my exam?", "Bring it back")
                .doesNotContain("bob", "sealed");
        carrel("user", "erase", "school", "alice").refused("would erase", "1 session", "--yes");
        carrel("user", "export", "school", "alice", file("again.jsonl")).is(0, "1 session");
        carrel("user", "erase", "school", "alice", "--yes").is(0, "Erased of user alice",
                "1 session, 1 turn, 1 event, 1 shared entry");
        carrel("user", "erase", "school", "alice", "--yes").refused("nothing is kept");
        carrel("user", "export", "school", "alice", file("after.jsonl")).is(0, "1 ended");
        carrel("user", "export", "school", "carol", file("carol.jsonl"))
                .refused("nothing is kept of user carol of tenant school");
        carrel("user", "export", "shool", "bob", file("bob.jsonl")).refused("the store knows the tenants school");
        assertThat(folder.resolve("carol.jsonl")).doesNotExist();
    }

    @Test
    void keys_are_listed_with_their_scope_life_and_size() {
        assertThat(carrel("state").is(0).out().lines()).first().asString().matches("SCOPE +KIND +KEY +LIFE +LIMIT.*");
        carrel("state", "--data", file("none")).refused("There is no store in");
    }

    @Test
    void the_keys_of_whichever_application_was_started_on_the_store_are_listed() {
        StateKey<String> draft = StateKey.of("draft", Format.json(String.class).atMost(1_500), () -> "")
                .expiring(Duration.ofHours(36));
        try (Store store = SqliteStore.open(data, TimeSource.system())) {
            DeclaredKey.leave(store.state(), List.of(draft, LocalKey.of("agent", Object::new),
                    StateKey.of("visits", 0L).in(Scope.TENANT)));
        }
        assertThat(carrel("state").is(0).out().lines().map(line -> line.replaceAll(" +", " ")).skip(1))
                .containsExactly("session local agent this node - 0 0", "session value draft 36h 1.5k 0 0",
                        "user list notes not declared - 1 24", "tenant value visits kept 1.0M 0 0",
                        "application value carrel.state Carrel's own - 1 229");
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "export FILE", "backup FILE"})
    void a_store_that_is_not_there_is_not_made(String command) {
        Path none = folder.resolve("none");
        List<String> words = new ArrayList<>(List.of("store"));
        words.addAll(List.of(command.replace("FILE", file("file")).split(" ")));
        words.addAll(List.of("--data", none.toString()));
        carrel(words.toArray(String[]::new)).refused("There is no store in", "--data");
        assertThat(none).doesNotExist();
        assertThat(folder.resolve("file")).doesNotExist();
    }

    @Test
    void what_cannot_be_done_is_said_in_one_line() throws IOException {
        carrel("store", "check", "--store", "memory").refused("memory store");
        carrel("store", "check", "--store", "oracle").refused("sqlite, memory or postgres://");
        carrel("store", "check", "--store", "postgres://anna:secret@localhost:1/db").refused("cannot be reached");
        carrel("store", "check", "--store", "postgres://anna:secret").refused("postgres://user:password@host");
        carrel("store", "backup", file("b.db"), "--store", database("none")).refused("pg_dump");
        carrel("store", "import", file("nothing.jsonl")).refused("there is no such file");
        carrel("store", "import", folder.toString()).refused("is a folder");
        carrel("store", "export", file("no/such/folder")).refused("there is no such file or folder");
        Files.writeString(folder.resolve("letter"), "Dear grandmother,\n");
        carrel("store", "import", file("letter")).refused("is no archive");
        carrel("store", "check", file("letter")).refused("is no archive");
        carrel("store", "export", file("a.jsonl")).is(0);
        carrel("store", "import", file("a.jsonl")).refused("is not empty");
        carrel("store", "export", file("a.jsonl")).refused("is there already");
        byte[] archive = Files.readAllBytes(folder.resolve("a.jsonl"));
        Files.write(folder.resolve("cut.jsonl"), Arrays.copyOf(archive, archive.length / 2));
        carrel("store", "import", file("cut.jsonl"), "--data", file("new")).refused("was cut off");
        assertThat(folder.resolve("new")).doesNotExist();
        archive[archive.length / 2] ^= 1;
        Files.write(folder.resolve("changed.jsonl"), archive);
        carrel("store", "import", file("changed.jsonl"), "--data", file("new")).refused("changed.jsonl");
        carrel("store", "migrate", "--data", file("new")).is(0, "was made, with schema 2");
        carrel("store", "migrate", "--data", file("new")).is(0, "nothing to do");
        assertThat(carrel("store").status()).isEqualTo(2);
    }

    @Test
    void an_archive_goes_through_a_pipe() throws Exception {
        Path piped = folder.resolve("piped");
        String java = "'" + Path.of(System.getProperty("java.home"), "bin", "java")
                + "' -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp \"$CLASSES\" dev.carrel.cli.Main";
        var builder = new ProcessBuilder("/bin/sh", "-c",
                java + " store export - --data '" + data + "' | " + java + " store import - --data '" + piped + "'; "
                        + java + " store export - --data '" + data + "' > /dev/full; echo \"status $?\"")
                .redirectErrorStream(true);
        builder.environment().put("CLASSES", System.getProperty("java.class.path"));
        Process process = builder.start();
        try (var reader = process.inputReader()) {
            assertThat(String.join("\n", reader.lines().toList())).contains("carrel: wrote 2 sessions",
                    "Filled the store " + piped, "No space left on device", "status 2").doesNotContain("Exception");
        } finally {
            process.destroyForcibly();
        }
        carrel("store", "check", "--verify", piped.toString()).is(0, "hold the same");
    }
}
