package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.carrel.error.UnavailableException;
import dev.carrel.id.SessionId;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Each change is made once, whatever becomes of the connection on which it is made. */
class PostgresCommitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Place APPLICATION = new Place.OfApplication();

    private final PostgresAddress address = PostgresServer.schema();
    private PostgresNode node;

    @BeforeEach
    void open() {
        node = PostgresNode.open(address);
    }

    @AfterEach
    void close() throws SQLException {
        node.close();
        PostgresServer.drop(address);
    }

    private static Changes.Increment increment(String key) {
        return new Changes.Increment(APPLICATION, key, new Encoded("Long", 1, "0"), 1, null);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_commit_whose_answer_is_lost_is_asked_after_and_not_repeated() throws Exception {
        try (var proxy = new CuttingProxy(address);
                PostgresNode through = PostgresNode.open(proxy.way(), PATIENCE)) {
            var attempts = new AtomicInteger();
            var told = new AtomicInteger();
            through.store().leases().acquire("counter", "nobody", Duration.ofSeconds(1));
            for (CuttingProxy.Cut cut : CuttingProxy.Cut.values()) {
                warm(through);
                proxy.cut(cut);
                through.store().database().run(tx -> {
                    attempts.incrementAndGet();
                    tx.write("UPDATE lease SET fence = fence + 1");
                    tx.afterCommit(told::incrementAndGet);
                    return true;
                });
                assertThat(proxy.done()).isTrue();
            }
            assertThat(attempts).as("only what did not get there was done again").hasValue(4);
            assertThat(told).hasValue(3);
            long fence = through.store().database().read(
                    sql -> sql.first("SELECT fence FROM lease", row -> row.number(1)).orElse(0L));
            assertThat(fence).isEqualTo(1 + 3);
        }
    }

    @Test
    void a_claim_whose_fate_is_never_learnt_does_not_hold_its_lane_for_ever() throws Exception {
        try (var proxy = new CuttingProxy(address);
                PostgresNode through = PostgresNode.open(proxy.way(), PATIENCE)) {
            SessionId session = inDoubt(proxy, through);
            Awaitility.await().ignoreExceptions()
                    .untilAsserted(() -> through.store().turns().renew(PostgresNode.NODE, PostgresNode.LEASE));

            assertThat(through.store().turns().waiting()).containsExactly(session);
            Optional<Claim> next = through.tryClaim(session, PostgresNode.NODE);
            assertThat(next).isPresent();
            through.commit(next.orElseThrow());
            assertThat(through.kinds(session)).containsExactly("message", "message", "started", "interrupted",
                    "started",
                    "text", "committed");
        }
    }

    /** A session with two turns, of which one was claimed, but nobody was told. */
    private SessionId inDoubt(CuttingProxy proxy, PostgresNode through) {
        SessionId session = through.session();
        through.accept(session, "m1");
        through.accept(session, "m2");
        proxy.cutForGood(CuttingProxy.Cut.BEFORE_ITS_ANSWER);
        assertThatThrownBy(() -> through.claim(session)).isInstanceOf(UnavailableException.class);
        assertThat(node.kinds(session)).as("it was committed").contains("started");
        proxy.down(false);
        return session;
    }

    /** Statements that were prepared before are not sent again as text: the commit is, before that. */
    private static void warm(PostgresNode node) {
        node.store().check();
    }

    @Test
    void connections_that_break_at_any_moment_lose_nothing_and_double_nothing() throws Exception {
        int fewest = 40;
        var killed = new AtomicInteger();
        var working = new AtomicInteger(6);
        var done = new AtomicIntegerArray(6);
        PostgresNode.together(7, me -> {
            if (me == 6) {
                kill(working, killed);
                return;
            }
            try {
                while (done.get(me) < fewest || killed.get() < 3) {
                    node.store().state().apply(List.of(increment("n" + me)));
                    done.incrementAndGet(me);
                }
            } finally {
                working.decrementAndGet();
            }
        });
        for (int me = 0; me < 6; me++) {
            assertThat(node.store().state().read(APPLICATION, "n" + me).value())
                    .isEqualTo(new Encoded("Long", 1, Integer.toString(done.get(me))));
        }
    }

    /** Kills connections of the store that are in the middle of something, one after the other, while somebody works. */
    private void kill(AtomicInteger working, AtomicInteger killed) {
        try (Sql sql = PostgresServer.connect(address)) {
            while (working.get() > 0) {
                killed.addAndGet(sql.list("""
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()
                        AND application_name = 'carrel' AND state <> 'idle' LIMIT 1""", row -> true).size());
                Thread.sleep(30);
            }
        } catch (SQLException | InterruptedException e) {
            killed.set(3); // nobody waits for more
            throw new AssertionError(e);
        }
    }

    @Test
    void a_caller_who_is_interrupted_learns_what_became_of_it_and_breaks_nothing() throws Exception {
        SessionId session = node.session();
        var inside = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        var attempts = new AtomicInteger();
        var outcome = new CompletableFuture<String>();
        Thread caller = Thread.ofVirtual().start(() -> {
            String became;
            try {
                became = "done " + node.store().database().run(session, tx -> {
                    attempts.incrementAndGet();
                    inside.countDown();
                    // In the middle of a statement, where an interrupt of this thread would close its socket.
                    tx.list("SELECT pg_sleep(0.3)", row -> true);
                    return await(go);
                });
            } catch (RuntimeException e) {
                became = e.toString();
            }
            outcome.complete(became + " " + Thread.currentThread().isInterrupted());
        });
        await(inside);
        caller.interrupt();
        go.countDown();
        assertThat(outcome.get(20, TimeUnit.SECONDS)).isEqualTo("done true true");
        assertThat(attempts).hasValue(1);
    }

    /** Else as many as there are threads would wait for each other for ever. */
    @Test
    void who_is_told_of_a_commit_and_asks_the_store_again_at_once_is_refused() {
        var told = new CompletableFuture<String>();
        node.store().database().run(node.session(), tx -> {
            tx.write("UPDATE lease SET fence = 1");
            tx.afterCommit(() -> {
                try {
                    node.store().check();
                    told.complete("");
                } catch (IllegalStateException e) {
                    told.complete(e.getMessage());
                }
            });
            return true;
        });
        assertThat(told.join()).contains("must not wait");
    }

    @Test
    void what_the_database_calls_a_defect_is_not_reported_as_unavailable() {
        SessionId session = node.session();
        assertThatThrownBy(() -> node.store().database().run(session, tx -> {
            tx.write("INSERT INTO carrel_schema (version) VALUES (NULL)");
            return true;
        })).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> node.store().database().read(sql -> sql.list("SELECT no_such", row -> true)))
                .isInstanceOf(IllegalStateException.class);
        node.accept(session, "m1");
    }
}
