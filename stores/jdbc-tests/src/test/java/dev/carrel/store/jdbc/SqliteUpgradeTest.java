package dev.carrel.store.jdbc;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.EventStream;
import dev.carrel.session.Owner;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;
import dev.carrel.tck.store.StoreSubject;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;

/** A database that the first schema's program has left is brought to this one, and all of it is still there. */
class SqliteUpgradeTest {
    @TempDir
    Path folder;

    /** A store that was opened for a test. */
    private record Opened(SqliteStore store, TestTime time) implements StoreSubject {}

    private static final long NOW = Sql.nanos(TestTime.start().now());

    private final SessionId talked = SessionId.random();
    private final SessionId cut = SessionId.random();
    private final TurnId done = TurnId.random();
    private final TurnId running = TurnId.random();
    private final TurnId queued = TurnId.random();

    /** What the first version wrote: a session with an answer, state and notes, and one whose turn it was killed in. */
    private void before() throws SQLException {
        var source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + folder.resolve(SqliteStore.FILE));
        Flyway.configure().dataSource(source).locations("classpath:dev/carrel/store/jdbc/sqlite").target("1").load()
                .migrate();
        try (var sql = new Sql(source.getConnection(), Dialect.SQLITE, null)) {
            for (String statement : List.of(
                    """
                            INSERT INTO session (n, id, tenant, owner, chat, title, created, active, turns, epoch, head, started)
                            VALUES (7, '%s', 'school', 'alice', 'tutor', 'Hello', 1, %d, 1, 'e1', 4, 1)"""
                            .formatted(talked, NOW),
                    """
                            INSERT INTO session (n, id, tenant, owner, chat, title, created, active, turns, epoch, head, open,
                            running, started, start, said, holder, until, fence)
                            VALUES (9, '%s', 'school', 'alice', 'tutor', 'Cut', 2, %d, 2, 'e2', 4, 2, 2, 2, 2, 1, 'n', 9, 3)"""
                            .formatted(cut, NOW),
                    turn(1, 7, done, "m1", "committed", 1, "Hi."), turn(2, 9, running, "m1", "running", 1, ""),
                    turn(3, 9, queued, "m2", "queued", 0, ""),
                    "INSERT INTO answer_data (turn, i, name, json) VALUES (1, 0, 'sources', '[1]')",
                    event(7, 1, "message", done, "\"id\":\"m1\",\"text\":\"Hello\",\"at\":\"2026-01-01T00:00:00Z\""),
                    event(7, 2, "started", done, "\"attempt\":1"),
                    event(7, 3, "text", done, "\"attempt\":1,\"index\":0,\"text\":\"Hi.\""),
                    event(7, 4, "committed", done, "\"attempt\":1"),
                    event(9, 1, "message", running, "\"id\":\"m1\",\"text\":\"Hello\",\"at\":\"2026-01-01T00:00:00Z\""),
                    event(9, 2, "started", running, "\"attempt\":1"),
                    event(9, 3, "text", running, "\"attempt\":1,\"index\":0,\"text\":\"Half \""),
                    event(9, 4, "message", queued, "\"id\":\"m2\",\"text\":\"Hello\",\"at\":\"2026-01-01T00:00:00Z\""),
                    "INSERT INTO state (session, name, version, json) VALUES (7, 'count', 3, '3'), (7, 'gone', 2, '')",
                    note("alice", "n2", 5), note("alice", "n1", 6), note("bob", "n1", 7),
                    "INSERT INTO revoked (credential, until) VALUES ('c1', 9000000000000000000)")) {
                sql.execute(statement);
            }
        }
    }

    private static String turn(int n, int session, TurnId id, String message, String status, int attempt,
            String answer) {
        return """
                INSERT INTO turn (n, session, id, message, text, at, principal, status, attempt, answer, data)
                VALUES (%d, %d, '%s', '%s', 'Hello', 5, 'sealed', '%s', %d, '%s', %d)"""
                .formatted(n, session, id, message, status, attempt, answer, status.equals("committed") ? 1 : 0);
    }

    private static String event(int session, int number, String kind, TurnId turn, String rest) {
        return "INSERT INTO event (session, number, kind, version, json) VALUES (%d, %d, '%s', 1, '{\"turn\":\"%s\",%s}')"
                .formatted(session, number, kind, turn, rest);
    }

    private static String note(String owner, String id, int at) {
        return """
                INSERT INTO entry (tenant, owner, list, id, json, at)
                VALUES ('school', '%s', 'notes', '%s', '"of %s"', %d)""".formatted(owner, id, owner, at);
    }

    @Test
    void everything_of_the_first_schema_is_still_there() throws Exception {
        before();
        var time = TestTime.start();
        try (SqliteStore store = SqliteStore.open(folder, time)) {
            var it = new Opened(store, time);
            assertThat(it.state(talked, "count")).isEqualTo(new Versioned(3, new Encoded("", 1, "3")));
            assertThat(it.state(talked, "gone")).isEqualTo(new Versioned(2, null));
            assertThat(it.list(StoreSubject.ALICE, "notes")).extracting(StateStore.ListEntry::id).containsExactly("n2",
                    "n1");
            assertThat(it.list(StoreSubject.BOB, "notes")).extracting(entry -> entry.value().json())
                    .containsExactly("\"of bob\"");
            assertThat(store.events().range(talked)).contains(new EventLog.Range("e1", 1, 4));
            assertThat(it.kinds(talked)).containsExactly("message", "started", "text", "committed");
            Turn committed = store.turns().committed(talked, 10).getFirst();
            assertThat(committed.answer().text()).isEqualTo("Hi.");
            assertThat(committed.answer().data()).hasSize(1);
            assertThat(store.sessions().list(StoreSubject.ALICE, 10)).hasSize(2);
            assertThat(store.revocations().revoked("c1")).isTrue();
        }
    }

    @Test
    void what_was_going_on_goes_on() throws Exception {
        before();
        var time = TestTime.start();
        try (SqliteStore store = SqliteStore.open(folder, time)) {
            var it = new Opened(store, time);
            assertThat(store.turns().waiting()).containsExactly(cut);
            Claim claim = it.claim(cut);
            assertThat(claim.turn().id()).isEqualTo(queued);
            assertThat(claim.fence()).isEqualTo(4);
            Turn interrupted = store.turns().find(cut, running).orElseThrow();
            assertThat(interrupted.status()).isEqualTo(TurnStatus.INTERRUPTED);
            assertThat(interrupted.answer().text()).isEqualTo("Half ");
            it.commit(claim);
            assertThat(it.kinds(cut)).containsExactly("message", "started", "text", "message", "interrupted", "started",
                    "text", "committed");

            assertThat(it.write(talked, it.change("count", 3, "4"))).isEmpty();
            it.write(talked, new Changes(List.of(), List.of(it.note(StoreSubject.ALICE, "notes", "n3", "1"),
                    it.note(StoreSubject.ALICE, "notes", "n1", "\"again\""))));
            assertThat(it.list(StoreSubject.ALICE, "notes")).extracting(StateStore.ListEntry::id).containsExactly("n2",
                    "n1", "n3");
            assertThat(store.state().erase(new Place.OfUser(StoreSubject.BOB))).isEqualTo(1);
            assertThat(it.list(new Owner("school", "bob"), "notes")).isEmpty();
            try (EventStream stream = EventStream.open(store.events(), talked, null).orElseThrow()) {
                assertThat(stream.next(Duration.ofSeconds(10))).hasSize(4);
            }
            time.pass(Duration.ofDays(31));
            assertThat(store.sweep()).isGreaterThanOrEqualTo(4);
            assertThat(store.events().range(talked)).contains(new EventLog.Range("e1", 5, 4));
            assertThat(it.end(talked)).isTrue();
        }
    }
}
