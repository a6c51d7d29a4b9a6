package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.carrel.error.ErrorCode;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.EventStream;
import dev.carrel.session.Failure;
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Store;
import dev.carrel.tck.store.NodesContract;
import dev.carrel.tck.store.StoreSubject;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes on one database: what they do at once is done once, and each hears of the other. */
class PostgresNodesTest implements NodesContract {
    private static final Place APPLICATION = new Place.OfApplication();

    private final PostgresAddress address = PostgresServer.schema();
    private PostgresNode a;
    private PostgresNode b;

    @BeforeEach
    void open() {
        a = PostgresNode.open(address);
        b = PostgresNode.open(address);
        Awaitility.await().until(() -> a.store().wakeups().listening() && b.store().wakeups().listening());
    }

    @AfterEach
    void close() throws SQLException {
        a.close();
        b.close();
        PostgresServer.drop(address);
    }

    @Override
    public Store store() {
        return a.store();
    }

    @Override
    public TestTime time() {
        return a.time();
    }

    @Override
    public StoreSubject other() {
        return b;
    }

    private PostgresNode node(int i) {
        return i % 2 == 0 ? a : b;
    }

    private static Changes.Increment increment(Place place, String key) {
        return new Changes.Increment(place, key, new Encoded("Long", 1, "0"), 1, null);
    }

    @Test
    void two_nodes_that_open_a_new_database_at_once_make_its_schema_once() throws Exception {
        PostgresAddress fresh = PostgresServer.schema();
        PostgresNode.together(4, me -> {
            try (PostgresNode node = PostgresNode.open(fresh)) {
                node.commit(node.claim(accepted(node, node.session())));
            }
        });
        try (Sql sql = PostgresServer.connect(fresh)) {
            assertThat(sql.first("SELECT count(*) FROM flyway_schema_history WHERE version IS NOT NULL",
                    row -> row.integer(1))).contains(1);
            assertThat(sql.first("SELECT count(*) FROM session", row -> row.integer(1))).contains(4);
        }
        PostgresServer.drop(fresh);
    }

    private static SessionId accepted(PostgresNode node, SessionId session) {
        node.accept(session, "m1");
        return session;
    }

    @Test
    void increments_of_two_nodes_are_all_there() throws InterruptedException {
        SessionId session = a.session();
        PostgresNode.together(16, me -> {
            for (int i = 0; i < 20; i++) {
                node(me).store().state().apply(List.of(increment(APPLICATION, "visits")));
                node(me).write(session,
                        new Changes(List.of(), List.of(increment(new Place.OfSession(session), "own"),
                                increment(new Place.OfUser(PostgresNode.ALICE), "theirs"))));
            }
        });
        assertThat(b.store().state().read(APPLICATION, "visits").value()).isEqualTo(new Encoded("Long", 1, "320"));
        assertThat(b.state(session, "own").value()).isEqualTo(new Encoded("Long", 1, "320"));
        assertThat(b.store().state().read(new Place.OfUser(PostgresNode.ALICE), "theirs").version()).isEqualTo(320);
    }

    @Test
    void operations_on_many_places_in_any_order_do_not_block_each_other_for_ever() throws InterruptedException {
        List<Place> places = new ArrayList<>(List.of(APPLICATION, new Place.OfTenant("t1"), new Place.OfTenant("t2")));
        for (int i = 0; i < 4; i++) {
            places.add(new Place.OfUser(new Owner("t1", "u" + i)));
        }
        PostgresNode.together(12, me -> {
            var random = new Random(me);
            for (int i = 0; i < 20; i++) {
                List<Changes.Operation> all = new ArrayList<>();
                places.forEach(place -> all.add(increment(place, "n")));
                Collections.shuffle(all, random);
                node(me).store().state().apply(all);
            }
        });
        assertThat(places).allSatisfy(place -> assertThat(a.store().state().read(place, "n").version())
                .isEqualTo(240));
    }

    @Test
    void a_message_that_reaches_both_nodes_is_one_turn() throws InterruptedException {
        SessionId session = a.session();
        Set<TurnId> turns = ConcurrentHashMap.newKeySet();
        PostgresNode.together(16,
                me -> turns.add(node(me).accept(node(me).asking(session, "m1", "question"), 1).turn()));
        assertThat(turns).hasSize(1);
        assertThat(b.kinds(session)).containsExactly("message");
    }

    @Test
    void a_lane_is_run_by_one_node_at_a_time() throws InterruptedException {
        SessionId session = a.session();
        for (int i = 0; i < 30; i++) {
            a.accept(session, "m" + i);
        }
        List<TurnId> ran = Collections.synchronizedList(new ArrayList<>());
        var inside = new AtomicInteger();
        PostgresNode.together(8, me -> {
            NodeId id = NodeId.random();
            while (ran.size() < 30) {
                node(me).tryClaim(session, id).ifPresent(claim -> {
                    assertThat(inside.incrementAndGet()).isEqualTo(1);
                    ran.add(claim.turn().id());
                    inside.decrementAndGet();
                    node(me).commit(claim);
                });
            }
        });
        assertThat(ran).doesNotHaveDuplicates().hasSize(30);
        assertThat(a.kinds(session)).hasSize(30 * 4);
    }

    @Test
    void a_reader_on_one_node_sees_what_another_logs_once_and_in_order() throws Exception {
        SessionId session = a.session();
        try (EventStream stream = EventStream.open(b.store().events(), session, null).orElseThrow()) {
            for (int turn = 0; turn < 10; turn++) {
                a.accept(session, "m" + turn);
                a.commit(a.claim(session));
            }
            assertThat(read(stream, 40)).isEqualTo(a.log(session));
        }
    }

    private static List<StoredEvent> read(EventStream stream, int events) throws InterruptedException {
        List<StoredEvent> read = new ArrayList<>();
        while (read.size() < events) {
            List<StoredEvent> next = stream.next(Duration.ofSeconds(20));
            assertThat(next).as("after " + read.size()).isNotEmpty();
            read.addAll(next);
        }
        return read;
    }

    @Test
    void a_reader_misses_nothing_while_its_node_hears_nothing() throws Exception {
        SessionId session = a.session();
        try (EventStream stream = EventStream.open(b.store().events(), session, null).orElseThrow();
                Sql sql = PostgresServer.connect(address)) {
            a.accept(session, "m1");
            read(stream, 1);
            // Both ears are cut off, again and again, while the other node goes on.
            for (int turn = 0; turn < 20; turn++) {
                a.commit(a.claim(session));
                sql.list("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'",
                        row -> true);
                a.accept(session, "n" + turn);
            }
            assertThat(read(stream, 80)).isEqualTo(a.log(session).subList(1, 81));
        }
        Awaitility.await().until(() -> b.store().wakeups().listening());
    }

    @Test
    void what_ends_on_one_node_ends_for_the_readers_of_the_other() {
        SessionId deleted = a.session();
        SessionId moved = a.session();
        SessionId unheard = a.session();
        try (EventStream one = EventStream.open(b.store().events(), deleted, null).orElseThrow();
                EventStream two = EventStream.open(b.store().events(), moved, null).orElseThrow();
                EventStream three = EventStream.open(b.store().events(), unheard, null).orElseThrow()) {
            a.end(deleted);
            a.store().sessions().move(moved, PostgresNode.ALICE, PostgresNode.BOB);
            ended(one::ended, "deleted");
            ended(two::ended, "moved");
            // Nobody says anything: it is found.
            try (Sql sql = PostgresServer.connect(address)) {
                sql.update("UPDATE session SET ending = 'idle' WHERE id = ?", unheard.text());
                sql.update("INSERT INTO ended (id, tenant, owner, chat, reason, at) VALUES (?, '', '', '', 'idle', 0)",
                        unheard.text());
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
            ended(three::ended, "idle");
        }
    }

    private static void ended(Supplier<Optional<String>> why, String reason) {
        Awaitility.await().untilAsserted(() -> assertThat(why.get()).contains(reason));
    }

    @Test
    void a_stop_asked_of_one_node_is_heard_by_the_one_that_runs_the_turn() throws InterruptedException {
        SessionId session = a.session();
        TurnId turn = a.accept(session, "m1");
        a.claim(session);
        var heard = new CountDownLatch(1);
        try (var _ = a.store().turns().onStop(heard::countDown)) {
            b.stop(session, turn, Failure.of(ErrorCode.CANCELLED, "stopped"));
            assertThat(heard.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(a.store().turns().stopping(PostgresNode.NODE)).hasSize(1);
        assertThat(a.store().turns().stopping(PostgresNode.OTHER_NODE)).isEmpty();
    }

    @Test
    void a_credential_withdrawn_on_one_node_is_soon_withdrawn_on_the_other() {
        a.store().revocations().revoke("c1", a.time().now().plus(Duration.ofDays(36500)));
        assertThat(a.store().revocations().revoked("c1")).isTrue();
        Awaitility.await().until(() -> b.store().revocations().revoked("c1"));
        assertThat(b.store().revocations().revoked("c2")).isFalse();
    }

    @Test
    void a_busy_session_leaves_connections_to_the_others() throws InterruptedException {
        SessionId busy = a.session();
        var locked = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        PostgresNode.together(40, me -> {
            if (me == 0) {
                a.store().database().run(busy, tx -> {
                    Lane.find(tx, busy);
                    locked.countDown();
                    return await(release);
                });
            } else if (me < 39) {
                await(locked);
                a.write(busy, new Changes(List.of(), List.of(increment(new Place.OfSession(busy), "n"))));
            } else {
                await(locked);
                a.commit(a.claim(accepted(a, a.session())));
                release.countDown();
            }
        });
        assertThat(a.state(busy, "n").version()).isEqualTo(38);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
