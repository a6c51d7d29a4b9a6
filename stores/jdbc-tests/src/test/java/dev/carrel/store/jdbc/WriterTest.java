package dev.carrel.store.jdbc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.error.ConflictException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Operations share a transaction and nothing else. */
class WriterTest {
    @TempDir
    Path folder;

    private Sql sql;
    private Sql reading;
    private Writer writer;

    @BeforeEach
    void start() throws Exception {
        sql = connect();
        sql.execute("PRAGMA journal_mode = WAL");
        sql.execute("CREATE TABLE thing (name TEXT NOT NULL PRIMARY KEY)");
        reading = connect();
        writer = new Writer(sql, 8);
        writer.start();
    }

    @AfterEach
    void stop() throws Exception {
        writer.close();
        reading.close();
    }

    private Sql connect() throws Exception {
        return new Sql(java.sql.DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("test.db")),
                Dialect.SQLITE, null);
    }

    private List<String> things() throws Exception {
        return reading.list("SELECT name FROM thing ORDER BY name", row -> row.text(1));
    }

    private static Database.Operation<Integer> insert(String name) {
        return tx -> tx.count("INSERT INTO thing VALUES (?)", name);
    }

    private <T> CompletableFuture<T> later(Database.Operation<T> operation) {
        var done = new CompletableFuture<T>();
        Thread.ofVirtual().start(() -> {
            try {
                done.complete(writer.run(operation));
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** Keeps the writer busy, so that what is asked meanwhile becomes one group, in order. */
    private final class Busy implements AutoCloseable {
        private final CountDownLatch go = new CountDownLatch(1);
        private int waiting;

        Busy() throws InterruptedException {
            var begun = new CountDownLatch(1);
            CompletableFuture<Boolean> unused = later(tx -> {
                begun.countDown();
                return await(go);
            });
            begun.await();
        }

        <T> CompletableFuture<T> with(Database.Operation<T> operation) {
            CompletableFuture<T> done = later(operation);
            waiting++;
            Awaitility.await().until(() -> writer.waiting() == waiting);
            return done;
        }

        @Override
        public void close() {
            go.countDown();
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothing_is_acknowledged_or_told_before_the_commit() throws Exception {
        var last = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var told = new AtomicBoolean();
        CompletableFuture<Integer> first;
        CompletableFuture<Boolean> second;
        try (var busy = new Busy()) {
            first = busy.with(tx -> {
                tx.afterCommit(() -> told.set(true));
                return tx.count("INSERT INTO thing VALUES ('a')");
            });
            second = busy.with(tx -> {
                last.countDown();
                return await(release);
            });
        }
        last.await();
        // The first has run, its neighbour runs, and nothing is committed.
        assertThat(things()).isEmpty();
        assertThat(first).isNotDone();
        assertThat(told).isFalse();
        release.countDown();
        assertThat(first.get()).isEqualTo(1);
        assertThat(second.get()).isTrue();
        assertThat(told).isTrue();
        assertThat(things()).containsExactly("a");
    }

    @Test
    void what_waits_shares_one_transaction() throws Exception {
        var commits = Collections.synchronizedList(new ArrayList<Integer>());
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        try (var busy = new Busy()) {
            for (int i = 0; i < 5; i++) {
                int me = i;
                all.add(busy.with(tx -> {
                    tx.afterCommit(() -> {
                        try {
                            commits.add(things().size());
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    });
                    return tx.count("INSERT INTO thing VALUES (?)", "t" + me);
                }));
            }
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
        assertThat(commits).containsExactly(5, 5, 5, 5, 5);
    }

    @Test
    void one_that_refuses_does_not_touch_its_neighbours() throws Exception {
        CompletableFuture<Integer> before;
        CompletableFuture<Integer> refused;
        CompletableFuture<Integer> after;
        try (var busy = new Busy()) {
            before = busy.with(insert("a"));
            refused = busy.with(tx -> {
                throw new ConflictException("no");
            });
            after = busy.with(insert("b"));
        }
        assertThat(before.get()).isEqualTo(1);
        assertThat(after.get()).isEqualTo(1);
        assertThatThrownBy(refused::get).hasCauseInstanceOf(ConflictException.class);
        assertThat(things()).containsExactly("a", "b");
    }

    @Test
    void one_that_breaks_is_undone_and_its_neighbours_are_not() throws Exception {
        var told = new AtomicInteger();
        CompletableFuture<Integer> before;
        CompletableFuture<Integer> broken;
        CompletableFuture<Integer> late;
        CompletableFuture<Integer> after;
        try (var busy = new Busy()) {
            before = busy.with(tx -> {
                tx.afterCommit(told::incrementAndGet);
                return tx.count("INSERT INTO thing VALUES ('a')");
            });
            broken = busy.with(tx -> {
                tx.write("INSERT INTO thing VALUES ('half')");
                return tx.count("INSERT INTO thing VALUES ('a')");
            });
            late = busy.with(tx -> {
                tx.afterCommit(() -> told.addAndGet(100));
                tx.write("INSERT INTO thing VALUES ('other half')");
                throw new ConflictException("too late to refuse");
            });
            after = busy.with(insert("b"));
        }
        assertThat(before.get()).isEqualTo(1);
        assertThat(after.get()).isEqualTo(1);
        // A defect, which trying again does not mend; not a store that is unavailable.
        assertThatThrownBy(broken::get).hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(late::get).hasCauseInstanceOf(ConflictException.class);
        assertThat(things()).containsExactly("a", "b");
        assertThat(told).hasValue(1);
    }

    @Test
    void an_interrupted_caller_learns_what_became_of_it_and_stays_interrupted() throws Exception {
        var outcome = new CompletableFuture<String>();
        Thread caller;
        try (var _ = new Busy()) {
            caller = Thread.ofVirtual().start(() -> {
                int rows = writer.run(insert("a"));
                outcome.complete(rows + " " + Thread.currentThread().isInterrupted());
            });
            Awaitility.await().until(() -> writer.waiting() == 1);
            caller.interrupt();
        }
        assertThat(outcome.get()).isEqualTo("1 true");
        assertThat(things()).containsExactly("a");
        Thread.currentThread().interrupt();
        assertThat(writer.run(insert("b"))).isEqualTo(1);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void new_work_is_refused_first_and_a_full_queue_refuses_everything_at_once() throws Exception {
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        try (var busy = new Busy()) {
            for (int i = 0; i < 8; i++) {
                if (i == 7) {
                    assertThatThrownBy(() -> writer.admit(insert("new"))).isInstanceOf(OverloadedException.class);
                }
                all.add(busy.with(insert("t" + i)));
            }
            assertThatThrownBy(() -> writer.run(insert("more"))).isInstanceOf(UnavailableException.class);
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
        assertThat(things()).hasSize(8);
        assertThat(writer.admit(insert("later"))).isEqualTo(1);
    }

    @Test
    void what_was_asked_before_the_end_is_done_and_what_comes_after_is_refused() throws Exception {
        CompletableFuture<Integer> before;
        Thread closing;
        try (var busy = new Busy()) {
            before = busy.with(insert("a"));
            closing = Thread.ofPlatform().start(() -> {
                try {
                    writer.close();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            Awaitility.await().untilAsserted(() -> assertThatThrownBy(() -> writer.run(tx -> {
                throw new ConflictException("not yet closing");
            })).isInstanceOf(UnavailableException.class));
        }
        closing.join();
        assertThat(before.get()).isEqualTo(1);
        assertThat(things()).containsExactly("a");
    }

    @Test
    void a_listener_that_fails_harms_nobody() throws Exception {
        assertThat(writer.<Integer>run(tx -> {
            tx.afterCommit(() -> {
                throw new IllegalStateException("a listener's own defect");
            });
            return tx.count("INSERT INTO thing VALUES ('a')");
        })).isEqualTo(1);
        assertThat(writer.run(insert("b"))).isEqualTo(1);
    }

    /** As on a disk that is mounted anew, read-only, because it has errors. */
    @Test
    void a_database_that_turns_read_only_takes_no_changes_and_then_it_passes() throws Exception {
        writer.run(insert("before"));
        sql.execute("PRAGMA query_only = ON");
        assertThatThrownBy(() -> writer.run(insert("refused"))).isInstanceOf(UnavailableException.class)
                .hasMessage("The server's storage takes no changes at the moment.").hasNoCause();
        assertThat(things()).containsExactly("before");
        sql.execute("PRAGMA query_only = OFF");
        writer.run(insert("later"));
        assertThat(things()).containsExactly("before", "later");
    }
}
