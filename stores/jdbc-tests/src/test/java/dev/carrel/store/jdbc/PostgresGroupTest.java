package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.carrel.error.ConflictException;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.SessionId;
import dev.carrel.session.store.Place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What waits for the same row is committed together, and each is answered as if it were alone. */
class PostgresGroupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Object OF = "lane";

    private final PostgresAddress address = PostgresServer.schema();
    private PostgresNode node;
    private CompletableFuture<String> holding = new CompletableFuture<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final List<CompletableFuture<String>> answers = new ArrayList<>();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void open() {
        node = PostgresNode.open(address, PATIENCE);
    }

    @AfterEach
    void close() throws SQLException {
        release.countDown();
        node.close();
        PostgresServer.drop(address);
    }

    /** Something is under way, and what comes now waits. It has sent nothing yet, so no time of the server's runs. */
    private void hold(PostgresNode in) throws InterruptedException {
        holding = CompletableFuture.supplyAsync(() -> in.store().database().run(OF, tx -> {
            begun.countDown();
            await(release);
            return "held";
        }), Thread::startVirtualThread);
        await(begun);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits behind what was asked before. */
    private CompletableFuture<String> ask(PostgresNode in, Database.Operation<String> operation) {
        PostgresDatabase database = in.store().database();
        int before = database.waiting(OF);
        var answer = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(database.run(OF, operation));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> database.waiting(OF) == before + 1);
        return answer;
    }

    private Database.Operation<String> insert(String name, AtomicInteger attempts) {
        return tx -> {
            attempts.incrementAndGet();
            tx.write("INSERT INTO lease (name, fence, until) VALUES (?, 1, 0)", name);
            tx.afterCommit(() -> told.add(name));
            return transaction(tx);
        };
    }

    private static String transaction(Tx tx) throws SQLException {
        return tx.first("SELECT pg_current_xact_id()::text", row -> row.text(1)).orElseThrow();
    }

    private static List<String> kept(PostgresNode in) {
        return in.store().database().read(sql -> sql.list("SELECT name FROM lease ORDER BY name", row -> row.text(1)));
    }

    private void insertMany(int from, int to, AtomicInteger attempts) {
        IntStream.range(from, to).forEach(i -> answers.add(ask(node, insert("n" + i, attempts))));
    }

    @Test
    void what_waits_shares_a_transaction_and_is_told_in_its_order() throws Exception {
        var attempts = new AtomicInteger();
        hold(node);
        insertMany(0, 5, attempts);
        release.countDown();
        assertThat(answers.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(told).containsExactly("n0", "n1", "n2", "n3", "n4");
        assertThat(attempts).hasValue(5);
    }

    @Test
    void a_broken_operation_fails_alone_and_its_neighbours_stand() throws Exception {
        var attempts = new AtomicInteger();
        hold(node);
        insertMany(0, 2, attempts);
        CompletableFuture<String> broken = ask(node, tx -> {
            tx.write("INSERT INTO carrel_schema (version) VALUES (NULL)");
            tx.afterCommit(() -> told.add("broken"));
            return "done";
        });
        CompletableFuture<String> thrown = ask(node, tx -> {
            tx.write("INSERT INTO lease (name, fence, until) VALUES ('thrown', 1, 0)");
            throw new ConflictException("too late");
        });
        insertMany(2, 4, attempts);
        release.countDown();

        assertThatThrownBy(broken::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(thrown::join).hasCauseInstanceOf(ConflictException.class);
        assertThat(answers.stream().map(CompletableFuture::join).distinct()).hasSize(4);
        assertThat(kept(node)).containsExactly("n0", "n1", "n2", "n3");
        assertThat(told).containsExactly("n0", "n1", "n2", "n3");
    }

    @Test
    void one_that_refuses_is_answered_alone_and_its_neighbours_are_not_touched() throws Exception {
        var attempts = new AtomicInteger();
        hold(node);
        insertMany(0, 2, attempts);
        CompletableFuture<String> refused = ask(node, tx -> {
            attempts.incrementAndGet();
            throw new ConflictException(
                    "It has " + tx.first("SELECT count(*) FROM lease", row -> row.text(1)).orElse(""));
        });
        insertMany(2, 4, attempts);
        release.countDown();

        assertThatThrownBy(refused::join).hasCauseInstanceOf(ConflictException.class).hasMessageContaining("It has 2");
        assertThat(answers.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(attempts).hasValue(5);
        assertThat(kept(node)).containsExactly("n0", "n1", "n2", "n3");
    }

    @Test
    void one_that_locks_what_others_share_is_the_last_of_its_transaction() throws Exception {
        hold(node);
        answers.add(ask(node, PostgresGroupTest::transaction));
        answers.add(ask(node, tx -> {
            Spot.lock(tx, new Place.OfApplication());
            return transaction(tx);
        }));
        answers.add(ask(node, PostgresGroupTest::transaction));
        release.countDown();
        List<String> transactions = answers.stream().map(CompletableFuture::join).toList();
        assertThat(transactions.get(1)).isEqualTo(transactions.get(0));
        assertThat(transactions.get(2)).isNotEqualTo(transactions.get(0));
    }

    @Test
    void who_waits_for_too_long_is_withdrawn_and_never_runs() throws Exception {
        var attempts = new AtomicInteger();
        hold(node);
        CompletableFuture<String> late = ask(node, insert("late", attempts));
        assertThatThrownBy(() -> late.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(UnavailableException.class);
        release.countDown();

        assertThat(holding.get(20, TimeUnit.SECONDS)).isEqualTo("held");
        String next = node.store().database().run(OF, tx -> "next");
        assertThat(next).isEqualTo("next");
        assertThat(attempts).hasValue(0);
        assertThat(kept(node)).isEmpty();
    }

    @Test
    void what_a_closing_store_has_taken_it_still_answers() throws Exception {
        var attempts = new AtomicInteger();
        hold(node);
        insertMany(0, 3, attempts);
        Thread closing = Thread.ofVirtual().start(node::close);
        Awaitility.await().untilAsserted(() -> assertThatThrownBy(() -> node.store().check())
                .isInstanceOf(UnavailableException.class).hasMessageContaining("stopping"));
        release.countDown();
        closing.join();
        assertThat(answers).allSatisfy(answer -> assertThat(answer).succeedsWithin(Duration.ofSeconds(20)));
    }

    @Test
    void what_changes_nothing_is_rolled_back() {
        String transaction = node.store().database().run(SessionId.random(), PostgresGroupTest::transaction);
        String fate = node.store().database()
                .read(sql -> sql.first("SELECT pg_xact_status(?::text::xid8)", row -> row.text(1), transaction))
                .orElseThrow();
        assertThat(fate).isEqualTo("aborted");
    }

    @Test
    void a_group_whose_fate_is_never_learnt_is_not_run_again()
            throws Exception {
        try (var proxy = new CuttingProxy(address);
                PostgresNode through = PostgresNode.open(proxy.way(), PATIENCE)) {
            var attempts = new AtomicInteger();
            hold(through);
            for (int i = 0; i < 3; i++) {
                answers.add(ask(through, insert("n" + i, attempts)));
            }
            proxy.cutForGood(CuttingProxy.Cut.BEFORE_ITS_ANSWER);
            release.countDown();
            for (CompletableFuture<String> answer : answers) {
                assertThatThrownBy(answer::join).isInstanceOf(CompletionException.class)
                        .hasCauseInstanceOf(UnavailableException.class);
            }
            proxy.down(false);
            Awaitility.await().ignoreExceptions().untilAsserted(() -> through.store().check());
            assertThat(attempts).hasValue(3);
            assertThat(kept(through)).containsExactly("n0", "n1", "n2");
        }
    }

    /** No database here: one thread, and a key for which something always waits. */
    @Test
    void a_key_that_is_always_busy_leaves_the_threads_to_others() throws Exception {
        var over = new AtomicBoolean();
        var busy = new AtomicReference<GroupCommit>();
        try (ExecutorService one = Executors.newSingleThreadExecutor()) {
            var groups = new GroupCommit((of, group) -> {
                if (of.equals(OF) && !over.get()) {
                    GroupCommit again = busy.get();
                    Thread.ofVirtual().start(() -> again.run(OF, tx -> "never"));
                    Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> again.waiting(OF) > 0);
                }
                throw new SQLException("made up", "53200");
            }, one, TimeUnit.SECONDS.toNanos(5));
            busy.set(groups);
            Thread.ofVirtual().start(() -> groups.run(OF, tx -> "never"));
            Awaitility.await().until(() -> groups.waiting(OF) > 0);
            try {
                assertThatThrownBy(() -> groups.run("another", tx -> "never")).as("its turn has come")
                        .hasMessageContaining("does not answer");
            } finally {
                over.set(true);
            }
        }
    }

    /** No database here: what a commit comes to is made up, so that it is possible again at once. */
    @Test
    void what_shared_a_commit_of_unknown_fate_is_not_run_again_one_by_one() throws Exception {
        List<Integer> commits = Collections.synchronizedList(new ArrayList<>());
        var groups = new GroupCommit((of, group) -> {
            commits.add(group.size());
            begun.countDown();
            await(release);
            throw PostgresErrors.unknown(new SQLException("gone", "08006"));
        }, Thread::startVirtualThread, TimeUnit.SECONDS.toNanos(20));
        for (int i = 0; i < 4; i++) {
            int before = i;
            answers.add(CompletableFuture.supplyAsync(() -> groups.run(OF, tx -> "never"), Thread::startVirtualThread));
            Awaitility.await().pollInterval(Duration.ofMillis(2)).until(() -> groups.waiting(OF) == before);
            await(begun);
        }
        release.countDown();
        for (CompletableFuture<String> answer : answers) {
            assertThatThrownBy(answer::join).hasCauseInstanceOf(UnavailableException.class);
        }
        assertThat(commits).containsExactly(1, 3);
    }

    @Test
    void a_group_whose_answer_is_lost_stands_and_runs_once() throws Exception {
        try (var proxy = new CuttingProxy(address);
                PostgresNode through = PostgresNode.open(proxy.way(), PATIENCE)) {
            var attempts = new AtomicInteger();
            hold(through);
            for (int i = 0; i < 3; i++) {
                answers.add(ask(through, insert("n" + i, attempts)));
            }
            proxy.cut(CuttingProxy.Cut.BEFORE_ITS_ANSWER);
            release.countDown();
            assertThat(answers.stream().map(CompletableFuture::join).distinct()).hasSize(1);
            assertThat(attempts).hasValue(3);
            assertThat(told).containsExactly("n0", "n1", "n2");
        }
    }
}
