package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.carrel.error.InvalidInputException;
import dev.carrel.error.NotFoundException;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

import static dev.carrel.tck.store.StoreSubject.ALICE;
import static dev.carrel.tck.store.StoreSubject.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Writes of the state of many sessions share a transaction, and each is answered as if it were alone. */
class PostgresRideTest {
    private static final int REMEMBERED = 16;

    private final PostgresAddress address = PostgresServer.schema();
    private PostgresStore store;
    private Sql other;
    private SessionId held;
    private int holds;
    private CompletableFuture<Set<String>> riding = new CompletableFuture<>();

    @BeforeEach
    void open() {
        store = open(address);
        other = PostgresServer.connect(address);
        held = session(ALICE);
    }

    private static PostgresStore open(PostgresAddress to) {
        return PostgresStore.open(to, new Retention(100, 10_000, Duration.ofDays(1), REMEMBERED, Duration.ofDays(1)),
                null, PostgresDatabase.PATIENCE);
    }

    @AfterEach
    void close() throws SQLException {
        other.close();
        store.close();
        PostgresServer.drop(address);
    }

    private SessionId session(Owner owner) {
        var id = SessionId.random();
        store.sessions().create(new SessionRecord(id, owner, "tutor", "", Instant.EPOCH, Instant.EPOCH, 0, "e1"));
        return id;
    }

    private List<SessionId> sessions(int n) {
        return IntStream.range(0, n).mapToObj(i -> session(ALICE)).toList();
    }

    /** A ride is under way and waits for what this test has locked; those that come now wait for the next. */
    private void hold() throws SQLException {
        String key = "held " + ++holds;
        other.execute("BEGIN");
        other.update("""
                INSERT INTO state (place, name, version, type, codec)
                SELECT n, ?, 1, '', 0 FROM session WHERE id = ?""", key, held.text());
        riding = start(held, ALICE, add(held, key, 1));
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> !other.list("""
                SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))""", row -> true)
                .isEmpty());
    }

    private void release() throws SQLException {
        other.execute("ROLLBACK");
    }

    private CompletableFuture<Set<String>> start(SessionId session, Owner owner, Changes changes) {
        var answer = new CompletableFuture<Set<String>>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(store.state().write(session, owner, "by " + changes.hashCode(), changes));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    /** Waits behind what was asked before. */
    private CompletableFuture<Set<String>> ask(SessionId session, Owner owner, Changes changes) {
        int before = store.database().waiting(session);
        CompletableFuture<Set<String>> answer = start(session, owner, changes);
        Awaitility.await().pollInterval(Duration.ofMillis(1))
                .until(() -> store.database().waiting(session) == before + 1);
        return answer;
    }

    private CompletableFuture<Set<String>> ask(SessionId session, Changes changes) {
        return ask(session, ALICE, changes);
    }

    private static Changes add(SessionId session, String key, long by) {
        return new Changes(List.of(), List.of(
                new Changes.Increment(new Place.OfSession(session), key, new Encoded("Long", 1, "0"), by, null)));
    }

    private static Changes put(String key, long expected, String json) {
        return new Changes(List.of(new Changes.Put(key, expected, new Encoded("Test", 1, json), null)), List.of());
    }

    private Versioned state(SessionId session, String key) {
        return store.state().read(new Place.OfSession(session), key);
    }

    private String json(SessionId session, String key) {
        Encoded value = state(session, key).value();
        return value == null ? "nothing" : value.json();
    }

    /** The transactions that wrote the values as they stand. */
    private List<String> transactions(String key) throws SQLException {
        return other.list("SELECT DISTINCT xmin::text FROM state WHERE name = ?", row -> row.text(1), key);
    }

    @Test
    void sessions_that_wait_share_a_transaction_and_each_is_answered_its_own() throws Exception {
        List<SessionId> sessions = sessions(12);
        List<CompletableFuture<Set<String>>> answers = new ArrayList<>();
        for (int i = 0; i < sessions.size(); i++) {
            store.state().write(sessions.get(i), ALICE, "before", add(sessions.get(i), "count", 100L * i));
        }
        hold();
        for (SessionId session : sessions) {
            answers.add(ask(session, add(session, "count", 1)));
            answers.add(ask(session, put("canary", 0, "\"" + session.text() + "\"")));
        }
        for (SessionId session : sessions.subList(0, 5)) {
            answers.add(ask(session, add(session, "count", 3)));
            // Expects what was found before the ride: its own session has moved on within it.
            answers.add(ask(session, put("canary", 0, "\"too late\"")));
            answers.add(ask(session, put("canary", 1, "\"" + session.text() + " again\"")));
            answers.add(ask(session, add(session, "count", 4)));
        }
        assertThat(riding).isNotDone();
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        release();
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).join()).isEqualTo(i >= 24 && i % 4 == 1 ? Set.of("canary") : Set.of());
        }
        assertThat(transactions("canary")).hasSize(1).isEqualTo(transactions("count"));
        for (int i = 0; i < sessions.size(); i++) {
            SessionId session = sessions.get(i);
            boolean more = i < 5;
            assertThat(state(session, "canary")).isEqualTo(new Versioned(more ? 2 : 1,
                    new Encoded("Test", 1, "\"" + session.text() + (more ? " again\"" : "\""))));
            assertThat(json(session, "count")).isEqualTo("" + (100 * i + (more ? 8 : 1)));
            List<StateStore.Change> history = store.state().history(session, 100);
            assertThat(history.stream().filter(it -> !it.by().equals("before")).map(StateStore.Change::key))
                    .containsExactlyElementsOf(
                            more ? List.of("count", "canary", "count", "canary", "count") : List.of("canary", "count"));
            assertThat(history.get(more ? 3 : 0).by())
                    .isEqualTo("by " + put("canary", 0, "\"" + session.text() + "\"").hashCode());
        }
    }

    @Test
    void one_that_is_refused_touches_no_other() throws Exception {
        List<SessionId> sessions = sessions(4);
        store.state().write(sessions.get(1), ALICE, "before", add(sessions.get(1), "count", Long.MAX_VALUE));
        hold();
        CompletableFuture<Set<String>> first = ask(sessions.get(0), add(sessions.get(0), "count", 1));
        CompletableFuture<Set<String>> tooLarge = ask(sessions.get(1), add(sessions.get(1), "count", 1));
        CompletableFuture<Set<String>> conflict = ask(sessions.get(2), put("count", 7, "1"));
        CompletableFuture<Set<String>> elsewhere = ask(sessions.get(3), add(sessions.get(0), "count", 1));
        CompletableFuture<Set<String>> last = ask(sessions.get(3), add(sessions.get(3), "count", 1));
        release();
        assertThat(first.join()).isEmpty();
        assertThatThrownBy(tooLarge::join).hasCauseInstanceOf(InvalidInputException.class);
        assertThat(conflict.join()).containsExactly("count");
        assertThatThrownBy(elsewhere::join).hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(last.join()).isEmpty();
        assertThat(sessions).extracting(session -> json(session, "count"))
                .containsExactly("1", "" + Long.MAX_VALUE, "nothing", "1");
    }

    @Test
    void the_owner_is_asked_for_within_a_ride() throws Exception {
        List<SessionId> sessions = sessions(3);
        SessionId bobs = session(BOB);
        hold();
        List<CompletableFuture<Set<String>>> own = sessions.stream().map(it -> ask(it, add(it, "count", 1))).toList();
        CompletableFuture<Set<String>> strangers = ask(bobs, ALICE, add(bobs, "count", 1));
        CompletableFuture<Set<String>> bob = ask(bobs, BOB, add(bobs, "count", 10));
        release();
        assertThat(own).allSatisfy(it -> assertThat(it.join()).isEmpty());
        assertThatThrownBy(strangers::join).hasCauseInstanceOf(NotFoundException.class);
        assertThat(bob.join()).isEmpty();
        assertThat(json(bobs, "count")).isEqualTo("10");
    }

    @Test
    void a_session_that_somebody_has_locked_holds_up_no_other() throws Exception {
        List<SessionId> sessions = sessions(3);
        SessionId locked = sessions.get(1);
        try (Sql third = PostgresServer.connect(address)) {
            third.execute("BEGIN");
            third.list("SELECT 1 FROM session WHERE id = ? FOR UPDATE", row -> true, locked.text());
            hold();
            List<CompletableFuture<Set<String>>> answers = sessions.stream().map(it -> ask(it, add(it, "count", 1)))
                    .toList();
            release();
            assertThat(answers.get(0).join()).isEmpty();
            assertThat(answers.get(2).join()).isEmpty();
            assertThat(answers.get(1)).isNotDone();
            assertThat(transactions("count")).hasSize(1);
            third.execute("COMMIT");
            assertThat(answers.get(1).join()).isEmpty();
        }
        assertThat(json(locked, "count")).isEqualTo("1");
    }

    @Test
    void a_session_that_has_ended_is_not_found_and_its_neighbours_stand() throws Exception {
        List<SessionId> sessions = sessions(2);
        var gone = SessionId.random();
        hold();
        CompletableFuture<Set<String>> lost = ask(gone, add(gone, "count", 1));
        List<CompletableFuture<Set<String>>> own = sessions.stream().map(it -> ask(it, add(it, "count", 1))).toList();
        release();
        assertThatThrownBy(lost::join).hasCauseInstanceOf(NotFoundException.class);
        assertThat(own).allSatisfy(it -> assertThat(it.join()).isEmpty());
    }

    /** A key that is too long for PostgreSQL's index, and does not become short enough by compression. */
    @Test
    void one_that_breaks_the_ride_fails_alone_and_the_others_stand() throws Exception {
        List<SessionId> sessions = sessions(3);
        String endless = new Random(1).ints(9_000, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
        hold();
        List<CompletableFuture<Set<String>>> own = sessions.stream().map(it -> ask(it, add(it, "count", 1))).toList();
        CompletableFuture<Set<String>> broken = ask(sessions.get(1), put(endless, 0, "1"));
        CompletableFuture<Set<String>> after = ask(sessions.get(1), add(sessions.get(1), "count", 1));
        release();
        assertThatThrownBy(broken::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(own).allSatisfy(it -> assertThat(it).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(Set.of()));
        assertThat(after.join()).isEmpty();
        assertThat(sessions).extracting(session -> json(session, "count")).containsExactly("1", "2", "1");
    }

    /** No database here: what a commit comes to is made up. */
    @Test
    void a_ride_of_unknown_fate_is_not_run_again_one_by_one() {
        List<Integer> rides = new CopyOnWriteArrayList<>();
        List<Object> alone = new CopyOnWriteArrayList<>();
        var release = new CountDownLatch(1);
        var groups = new GroupCommit(new GroupCommit.Transactions() {
            @Override
            public int commit(Object of, List<Request<?>> group) throws SQLException {
                alone.add(of);
                throw new SQLException("made up", "53200");
            }

            @Override
            public Set<Ride.Group> ride(List<Ride.Group> of) throws SQLException, InterruptedException {
                rides.add(of.size());
                assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
                throw PostgresErrors.unknown(new SQLException("gone", "08006"));
            }
        }, Thread::startVirtualThread, TimeUnit.SECONDS.toNanos(20));
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String session = "s" + i;
            answers.add(CompletableFuture.supplyAsync(() -> groups.run(session, new Never(session)),
                    Thread::startVirtualThread));
            int waiting = i == 0 ? 0 : 1;
            Awaitility.await().pollInterval(Duration.ofMillis(1))
                    .until(() -> !rides.isEmpty() && groups.waiting(session) == waiting);
        }
        release.countDown();
        for (CompletableFuture<String> answer : answers) {
            assertThatThrownBy(answer::join).hasCauseInstanceOf(UnavailableException.class);
        }
        assertThat(rides).containsExactly(1, 3);
        assertThat(alone).isEmpty();
    }

    private record Never(String session) implements Rider<String> {
        @Override
        public boolean rides() {
            return true;
        }

        @Override
        public Set<String> keys() {
            return Set.of();
        }

        @Override
        public String run(Seat seat) {
            return "never";
        }

        @Override
        public String run(Tx tx) {
            return "never";
        }
    }

    @Test
    void values_come_back_as_they_were_written_whatever_they_hold() throws Exception {
        List<SessionId> sessions = sessions(3);
        String strange = "\"{,NULL,\\\"} \0 \uFDD0 \uFDD01 ' \\\\ \u00e9\uD83D\uDE80\"";
        String large = "\"" + "x".repeat(70_000) + "\"";
        for (SessionId session : sessions) {
            store.state().write(session, ALICE, "before", put("there", 0, large));
        }
        hold();
        SessionId first = sessions.getFirst();
        List<CompletableFuture<Set<String>>> answers = List.of(ask(first, put("a \0 {key}, \"NULL\"", 0, strange)),
                ask(first, put("NULL", 0, "null")), ask(sessions.get(1), put("there", 1, "\"small\"")),
                ask(sessions.get(1), new Changes(List.of(), List.of(
                        new Changes.Remove(new Place.OfSession(sessions.get(1)), "there")))),
                ask(sessions.get(2), put("there", 1, "\"small\"")),
                start(sessions.get(2), ALICE, put("new", 0, large)));
        release();
        assertThat(answers).allSatisfy(it -> assertThat(it.join()).isEmpty());
        assertThat(json(first, "a \0 {key}, \"NULL\"")).isEqualTo(strange);
        assertThat(json(first, "NULL")).isEqualTo("null");
        assertThat(json(first, "there")).isEqualTo(large);
        assertThat(state(sessions.get(1), "there")).isEqualTo(new Versioned(3, null));
        assertThat(json(sessions.get(2), "new")).isEqualTo(large);
        assertThat(json(sessions.get(2), "there")).isEqualTo("\"small\"");
    }

    @Test
    void a_value_is_past_its_time_by_the_clock_of_the_database() {
        SessionId session = session(ALICE);
        store.state().write(session, ALICE, "test", new Changes(List.of(new Changes.Put("short", 0,
                new Encoded("Test", 1, "1"), Duration.ofMillis(1)),
                new Changes.Put("long", 0,
                        new Encoded("Test", 1, "1"), Duration.ofDays(1))),
                List.of()));
        Awaitility.await().untilAsserted(() -> assertThat(state(session, "short")).isEqualTo(new Versioned(1, null)));
        assertThat(json(session, "long")).isEqualTo("1");
    }

    @Test
    void a_ride_remembers_no_more_changes_than_it_may() throws Exception {
        SessionId session = session(ALICE);
        SessionId another = session(ALICE);
        for (int round = 0; round < 2; round++) {
            hold();
            List<CompletableFuture<Set<String>>> answers = new ArrayList<>();
            for (int i = 0; i < REMEMBERED + 3; i++) {
                answers.add(ask(session, add(session, "count", 1)));
            }
            answers.add(ask(another, add(another, "count", 1)));
            release();
            answers.forEach(CompletableFuture::join);
        }
        assertThat(json(session, "count")).isEqualTo("" + 2 * (REMEMBERED + 3));
        assertThat(store.state().history(session, 100)).hasSize(REMEMBERED)
                .first().extracting(StateStore.Change::version).isEqualTo(2L * (REMEMBERED + 3));
        assertThat(other.first("""
                SELECT count(*) FROM change JOIN session ON n = session WHERE id = ?""", row -> row.integer(1),
                session.text()).orElseThrow()).isLessThanOrEqualTo(REMEMBERED + REMEMBERED / 8);
        assertThat(store.state().history(another, 100)).hasSize(2);
    }

    @Test
    void what_goes_alone_keeps_its_place_among_the_riders_of_its_session() throws Exception {
        SessionId session = session(ALICE);
        hold();
        List<CompletableFuture<Set<String>>> answers = List.of(ask(session, put("key", 0, "1")),
                ask(session, new Changes(List.of(new Changes.Put("key", 1, new Encoded("Test", 1, "2"), null)),
                        List.of(new Changes.Append(new Place.OfSession(session), "list", "e1",
                                new Encoded("Test", 1, "1"), Instant.EPOCH)))),
                ask(session, put("key", 2, "3")));
        release();
        assertThat(answers).allSatisfy(it -> assertThat(it.join()).isEmpty());
        assertThat(json(session, "key")).isEqualTo("3");
        assertThat(store.state().list(new Place.OfSession(session), "list")).hasSize(1);
    }

    @Test
    void reads_that_are_asked_for_at_once_are_each_answered_with_their_own() throws Exception {
        List<SessionId> sessions = sessions(25);
        for (SessionId session : sessions) {
            store.state().write(session, ALICE, "before", put("canary", 0, "\"" + session.text() + "\""));
        }
        PostgresNode.together(100, me -> {
            SessionId session = sessions.get(me % sessions.size());
            for (int i = 0; i < 5; i++) {
                assertThat(store.sessions().find(session).map(SessionRecord::id)).contains(session);
                assertThat(json(session, "canary")).isEqualTo("\"" + session.text() + "\"");
                assertThat(state(session, "no such")).isEqualTo(Versioned.NEVER);
                assertThat(store.sessions().find(SessionId.random())).isEmpty();
            }
        });
    }
}
