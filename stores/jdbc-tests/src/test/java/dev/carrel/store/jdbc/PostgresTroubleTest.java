package dev.carrel.store.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.error.UnavailableException;
import dev.carrel.id.SessionId;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A server that is stopped, restarted, read-only, full or slow: requests fail in words, nothing is half done, and it passes. */
class PostgresTroubleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Place APPLICATION = new Place.OfApplication();

    @TempDir
    static Path folder;

    private static EmbeddedPostgres server;

    private PostgresAddress address;
    private PostgresNode node;

    @BeforeAll
    static void startServer() throws IOException {
        server = start(0);
    }

    private static EmbeddedPostgres start(int port) throws IOException {
        return EmbeddedPostgres.builder().setDataDirectory(folder.resolve("data")).setCleanDataDirectory(false)
                .setPort(port).start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @BeforeEach
    void open() {
        address = PostgresServer.schema(server);
        node = PostgresNode.open(address, PATIENCE);
    }

    @AfterEach
    void close() {
        node.close();
    }

    private void execute(String statement) throws SQLException {
        try (Sql sql = PostgresServer.connect(address)) {
            sql.execute(statement);
        }
    }

    private static Changes.Increment increment(String key) {
        return new Changes.Increment(APPLICATION, key, new Encoded("Long", 1, "0"), 1, null);
    }

    @Test
    void a_server_that_stops_in_the_middle_is_unavailable_until_it_is_back() throws Exception {
        SessionId session = node.session();
        node.accept(session, "m1");
        Claim claim = node.claim(session);
        node.store().turns().append(claim, List.of(node.text(claim, 0)));
        int port = server.getPort();
        server.close();

        assertThatThrownBy(() -> node.commit(claim, List.of(node.text(claim, 1)), node.change("key", 0, "1")))
                .isInstanceOf(UnavailableException.class).hasMessageContaining("does not answer").hasNoCause();
        assertThatThrownBy(() -> node.log(session)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> node.store().check()).isInstanceOf(UnavailableException.class);

        server = start(port);
        Awaitility.await().ignoreExceptions().untilAsserted(() -> node.store().check());
        assertThat(node.kinds(session)).containsExactly("message", "started", "text");
        assertThat(node.commit(claim, List.of(node.text(claim, 1)), node.change("key", 0, "1")).done()).isTrue();
        assertThat(node.kinds(session)).containsExactly("message", "started", "text", "text", "committed");
        Awaitility.await().until(() -> node.store().wakeups().listening());
    }

    @Test
    void a_restart_under_load_loses_nothing_that_was_acknowledged() throws Exception {
        node.close();
        node = PostgresNode.open(address);
        var acknowledged = new AtomicInteger();
        var unknown = new AtomicInteger();
        var restarted = new AtomicBoolean();
        PostgresNode.together(9, me -> {
            if (me == 8) {
                Awaitility.await().until(() -> acknowledged.get() > 100);
                restart();
                restarted.set(true);
                return;
            }
            for (int after = 0; after < 20;) {
                try {
                    node.store().state().apply(List.of(increment("n")));
                    acknowledged.incrementAndGet();
                    after += restarted.get() ? 1 : 0;
                } catch (UnavailableException e) {
                    unknown.incrementAndGet();
                }
            }
        });
        long value = node.store().state().read(APPLICATION, "n").version();
        assertThat(value).isBetween((long) acknowledged.get(), (long) acknowledged.get() + unknown.get());
    }

    private static void restart() {
        try {
            int port = server.getPort();
            server.close();
            server = start(port);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_read_only_server_takes_no_changes_and_answers_reads_and_then_it_passes() throws Exception {
        SessionId session = node.session();
        execute("ALTER SYSTEM SET default_transaction_read_only = on");
        execute("SELECT pg_reload_conf()");
        try {
            Awaitility.await().untilAsserted(() -> assertThatThrownBy(() -> node.accept(session, "m1"))
                    .isInstanceOf(UnavailableException.class).hasMessageContaining("takes no changes"));
            assertThat(node.store().sessions().find(session)).isPresent();
            assertThat(node.log(session)).isEmpty();
            assertThatThrownBy(() -> node.store().check()).isInstanceOf(UnavailableException.class);
        } finally {
            execute("ALTER SYSTEM RESET default_transaction_read_only");
            execute("SELECT pg_reload_conf()");
        }
        Awaitility.await().ignoreExceptions().untilAsserted(() -> node.accept(session, "m1"));
        assertThat(node.kinds(session)).containsExactly("message");
    }

    /** No disk is filled here: the server raises what it raises for a full one, at the last of what a commit writes. */
    @Test
    void a_server_without_space_takes_no_changes_half_writes_nothing_and_then_it_passes() throws Exception {
        SessionId session = node.session();
        node.accept(session, "m1");
        Claim claim = node.claim(session);
        execute("""
                CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$""");
        execute("CREATE TRIGGER no_space BEFORE UPDATE ON session FOR EACH ROW EXECUTE FUNCTION no_space()");

        assertThatThrownBy(() -> node.commit(claim, List.of(node.text(claim, 0)), node.change("key", 0, "1")))
                .isInstanceOf(UnavailableException.class).hasMessageContaining("no space left").hasNoCause();
        assertThatThrownBy(() -> node.accept(session, "m2")).isInstanceOf(UnavailableException.class);
        assertThat(node.kinds(session)).containsExactly("message", "started");
        assertThat(node.state(session, "key")).isEqualTo(Versioned.NEVER);

        execute("DROP TRIGGER no_space ON session");
        assertThat(node.commit(claim, List.of(node.text(claim, 0)), node.change("key", 0, "1")).done()).isTrue();
        node.accept(session, "m2");
        assertThat(node.kinds(session)).containsExactly("message", "started", "text", "committed", "message");
    }

    @Test
    void a_server_without_connections_is_unavailable_until_it_has_some() throws Exception {
        execute("CREATE ROLE few LOGIN PASSWORD 'few'");
        execute("GRANT CREATE ON DATABASE postgres TO few");
        PostgresAddress theirs = PostgresAddress
                .parse(server.getJdbcUrl("few", "postgres") + "&password=few&currentSchema=few");
        try (PostgresNode few = PostgresNode.open(theirs, PATIENCE)) {
            SessionId session = few.session();
            execute("ALTER ROLE few CONNECTION LIMIT 0");
            try (Sql sql = PostgresServer.connect(address)) {
                sql.list("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'few'", row -> true);
            }
            assertThatThrownBy(() -> few.accept(session, "m1")).isInstanceOf(UnavailableException.class).hasNoCause();
            assertThatThrownBy(() -> PostgresNode.open(theirs, PATIENCE)).hasMessageContaining("no connection left")
                    .hasMessageContaining("max_connections");

            execute("ALTER ROLE few CONNECTION LIMIT -1");
            Awaitility.await().ignoreExceptions().untilAsserted(() -> few.store().check());
            few.accept(session, "m1");
            assertThat(few.kinds(session)).containsExactly("message");
        }
    }

    @Test
    void what_somebody_has_locked_for_too_long_is_unavailable_and_the_rest_goes_on() throws Exception {
        SessionId locked = node.session();
        SessionId other = node.session();
        try (Sql sql = PostgresServer.connect(address)) {
            sql.execute("BEGIN");
            sql.first("SELECT n FROM session WHERE id = ? FOR UPDATE", row -> true, locked.text());
            assertThatThrownBy(() -> node.accept(locked, "m1")).isInstanceOf(UnavailableException.class);
            node.accept(other, "m1");
            sql.execute("ROLLBACK");
        }
        node.accept(locked, "m1");
        assertThat(node.kinds(locked)).containsExactly("message");
    }

    @Test
    void a_node_that_freezes_in_a_transaction_holds_up_the_others_for_a_moment_only() throws Exception {
        SessionId session = node.session();
        var begun = new CountDownLatch(1);
        var thawed = new CountDownLatch(1);
        var attempts = new AtomicInteger();
        try (PostgresNode frozen = PostgresNode.open(address, PATIENCE)) {
            CompletableFuture<Boolean> late = CompletableFuture
                    .supplyAsync(() -> frozen.store().database().run(session, tx -> {
                        Lane lane = Lane.find(tx, session).orElseThrow();
                        if (attempts.incrementAndGet() == 1) {
                            begun.countDown();
                            await(thawed);
                        }
                        lane.session = lane.session.took("late", frozen.time().now());
                        lane.save(new Publisher(new dev.carrel.session.store.EventHub(), null));
                        return true;
                    }));
            await(begun);
            node.accept(session, "m1");
            thawed.countDown();
            assertThat(late.get(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(attempts).as("what it had locked was taken from it, and it did it again").hasValue(2);
        assertThat(node.store().sessions().find(session).orElseThrow().turns()).isEqualTo(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
