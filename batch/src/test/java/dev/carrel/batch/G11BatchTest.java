package dev.carrel.batch;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Deadline;
import dev.carrel.error.CancelledException;
import dev.carrel.error.DeadlineException;
import dev.carrel.error.FailedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * G11: deadlines and cancellation reach what waits for a batch and what runs in one: the caller is free at once, nothing is
 * computed for nobody, and a worker that hangs is replaced.
 */
@Timeout(60)
class G11BatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Stage stage = new Stage();
    private final TestTime time = TestTime.start();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final List<Boolean> interrupted = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        hanging.countDown();
        stage.close();
    }

    private static void fails(Future<String> call, Class<? extends Throwable> how) {
        assertThatThrownBy(call::get).cause().isInstanceOf(how);
    }

    @Test
    void a_deadline_that_passes_in_the_queue_frees_the_caller_and_nothing_is_computed() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).start(); stage) {
            stage.hold(batcher);
            Future<String> late = stage.queued(batcher,
                    Stage.of("school", "alice").withDeadline(Deadline.after(LIMIT, time)), "late");
            Future<String> stays = stage.queued(batcher, Stage.of("school", "bob"), "stays");
            time.pass(LIMIT);
            fails(late, DeadlineException.class);
            assertThat(batcher.waiting()).isEqualTo(1);
            stage.open();
            assertThat(stage.first() + " " + stays.get()).isEqualTo("first stays");
        }
        assertThat(stage.batches).containsExactly(List.of("first"), List.of("stays"));
    }

    @Test
    void who_is_cancelled_in_the_queue_is_free_and_nothing_is_computed() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).start(); stage) {
            stage.hold(batcher);
            Cancellation.Source source = Cancellation.source();
            Future<String> leaves = stage.queued(batcher, source.bind(Stage.of("school", "alice")), "leaves");
            source.cancel("The user stopped it.");
            assertThatThrownBy(leaves::get).cause().isInstanceOf(CancelledException.class)
                    .hasMessage("The user stopped it.");
            assertThat(batcher.waiting()).isZero();
            assertThatThrownBy(() -> source.bind(Stage.of("school", "alice")).call(() -> batcher.call("again")))
                    .isInstanceOf(CancelledException.class);
            stage.open();
            assertThat(stage.first()).isEqualTo("first");
        }
        assertThat(stage.batches).containsExactly(List.of("first"));
    }

    @Test
    void who_is_cancelled_in_a_running_batch_is_free_the_model_is_told_and_the_neighbours_are_answered()
            throws Exception {
        var told = new CountDownLatch(1);
        Cancellation.Source source = Cancellation.source();
        try (Batcher<String, String> batcher = Batcher.of("patient", stage.then(items -> items.stream().map(item -> {
            if (item.input().equals("leaves")) {
                Cancellation.Registration unused = item.cancellation().onRequest(told::countDown);
                pass(told);
                return item.<String>cancelled();
            }
            return item.ok(item.input());
        }).toList())).start(); stage) {
            stage.hold(batcher);
            Future<String> leaves = stage.queued(batcher, source.bind(Stage.of("school", "alice")), "leaves");
            Future<String> stays = stage.queued(batcher, Stage.of("school", "bob"), "stays");
            stage.open();
            await().until(() -> stage.batches.size() == 2);
            source.cancel("The user stopped it.");
            fails(leaves, CancelledException.class);
            assertThat(stays.get()).isEqualTo("stays");
        }
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void what_is_cancelled_while_its_batch_fails_is_not_run_again() throws Exception {
        Cancellation.Source source = Cancellation.source();
        try (Batcher<String, String> batcher = Batcher.of("fragile", stage.then(items -> {
            if (items.size() > 1) {
                source.cancel("The user stopped it.");
                throw new IllegalStateException("too many");
            }
            return List.of(items.getFirst().ok(items.getFirst().input()));
        })).repeatable().start(); stage) {
            stage.hold(batcher);
            Future<String> leaves = stage.queued(batcher, source.bind(Stage.of("school", "alice")), "leaves");
            Future<String> stays = stage.queued(batcher, Stage.of("school", "bob"), "stays");
            stage.open();
            fails(leaves, CancelledException.class);
            assertThat(stays.get()).isEqualTo("stays");
        }
        assertThat(stage.batches).containsExactly(List.of("first"), List.of("leaves", "stays"), List.of("stays"));
    }

    @Test
    void an_outcome_that_is_cancelled_without_a_reason_is_a_failure() {
        try (Batcher<String, String> batcher = Batcher
                .<String, String>of("lazy", items -> List.of(items.getFirst().cancelled())).start(); stage) {
            assertThatThrownBy(() -> batcher.call("any")).isInstanceOf(FailedException.class);
        }
    }

    /** Hangs when asked to, and does not mind interrupts. */
    private BatcherBuilder<String, String> hanging() {
        return Batcher.<String, String>of("hanging", items -> {
            threads.add(Thread.currentThread());
            interrupted.add(Thread.currentThread().isInterrupted());
            if (items.getFirst().input().equals("hang")) {
                boolean over = false;
                while (!over) {
                    try {
                        hanging.await();
                        over = true;
                    } catch (InterruptedException e) {
                        // As native code does.
                    }
                }
                Thread.currentThread().interrupt();
            }
            return items.stream().map(item -> item.ok(item.input())).toList();
        }).limit(LIMIT).time(time);
    }

    /** Has a worker hang, until its caller is answered. */
    private void hang(Batcher<String, String> batcher) {
        int before = threads.size();
        Future<String> hangs = stage.call(Stage.of("school", "alice"), () -> batcher.call("hang"));
        await().until(() -> threads.size() == before + 1);
        time.pass(LIMIT);
        assertThatThrownBy(hangs::get).cause().isInstanceOf(DeadlineException.class).hasMessageContaining("too long");
    }

    @Test
    void a_batch_beyond_its_limit_is_answered_and_its_worker_replaced() throws Exception {
        try (Batcher<String, String> batcher = hanging().start(); stage) {
            hang(batcher);
            assertThat(batcher.health()).isEqualTo(new Health(true, 1, 1, 0));
            assertThat(batcher.call("fine")).isEqualTo("fine");
            assertThat(threads).hasSize(2);

            hanging.countDown();
            Stage.becomes(batcher::health, new Health(true, 1, 0, 0));
            assertThat(batcher.call("fine")).isEqualTo("fine");
            Stage.becomes(time::timers, 0);
        }
    }

    @Test
    void a_worker_that_cannot_begin_in_anothers_place_is_tried_again_later() throws Exception {
        var begins = new AtomicInteger();
        var model = new BatchModel<String, String>() {
            @Override
            public void setup() {
                if (begins.incrementAndGet() == 2 || begins.get() == 3) {
                    throw new OutOfMemoryError("not now");
                }
            }

            @Override
            public List<Outcome<String>> run(List<Item<String>> items) {
                if (begins.get() == 1) {
                    throw new OutOfMemoryError("at once");
                }
                return items.stream().map(item -> item.ok(item.input())).toList();
            }
        };
        try (Batcher<String, String> batcher = Batcher.of("short of memory", model).time(time).start(); stage) {
            assertThatThrownBy(() -> batcher.call("any")).isInstanceOf(FailedException.class);
            Stage.becomes(batcher::health, new Health(false, 0, 0, 0));
            assertThatThrownBy(() -> batcher.call("any")).isInstanceOf(UnavailableException.class);

            Stage.becomes(time::timers, 1);
            time.pass(Duration.ofSeconds(1));
            Stage.becomes(begins::get, 3);
            Stage.becomes(time::timers, 1);
            assertThat(batcher.health().up()).as("it could not begin again").isFalse();
            time.pass(Duration.ofSeconds(2));
            Stage.becomes(batcher::health, new Health(true, 1, 0, 0));
            assertThat(batcher.call("fine")).isEqualTo("fine");
        }
    }

    @Test
    void when_too_many_workers_hang_it_is_down_until_one_is_back_which_no_late_interrupt_meets() throws Exception {
        try (Batcher<String, String> batcher = hanging().maxAbandoned(1).start(); stage) {
            hang(batcher);
            hang(batcher);
            assertThat(batcher.health()).isEqualTo(new Health(false, 0, 2, 0));
            assertThatThrownBy(() -> batcher.call("fine")).isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("does not answer");

            hanging.countDown();
            Stage.becomes(batcher::health, new Health(true, 1, 0, 0));
            for (int i = 0; i < 5; i++) {
                assertThat(batcher.call("fine")).isEqualTo("fine");
            }
            assertThat(threads).hasSize(2);
            assertThat(interrupted).hasSize(7).containsOnly(false);
        }
    }

    @Test
    void what_waits_for_workers_that_all_hang_is_answered_when_the_last_of_them_does() throws Exception {
        try (Batcher<String, String> batcher = hanging().maxAbandoned(0).start(); stage) {
            Future<String> hangs = stage.call(Stage.of("school", "alice"), () -> batcher.call("hang"));
            await().until(() -> threads.size() == 1);
            Future<String> waits = stage.queued(batcher, Stage.of("school", "bob"), "waits");
            time.pass(LIMIT);
            fails(hangs, DeadlineException.class);
            fails(waits, UnavailableException.class);
        }
    }

    @Test
    void what_waits_behind_a_batch_that_hangs_is_answered_by_the_next_worker() throws Exception {
        try (Batcher<String, String> batcher = hanging().start(); stage) {
            Future<String> hangs = stage.call(Stage.of("school", "alice"), () -> batcher.call("hang"));
            await().until(() -> threads.size() == 1);
            Future<String> waits = stage.queued(batcher, Stage.of("school", "bob"), "waits");
            time.pass(LIMIT);
            fails(hangs, DeadlineException.class);
            assertThat(waits.get()).isEqualTo("waits");
        }
    }

    @Test
    void a_worker_whose_model_throws_an_error_is_replaced() throws Exception {
        try (Batcher<String, String> batcher = Batcher.<String, String>of("broken", items -> {
            threads.add(Thread.currentThread());
            if (items.getFirst().input().equals("break")) {
                throw new StackOverflowError();
            }
            return List.of(items.getFirst().ok("fine"));
        }).start(); stage) {
            assertThat(batcher.call("any")).isEqualTo("fine");
            assertThatThrownBy(() -> batcher.call("break")).isInstanceOf(FailedException.class);
            assertThat(batcher.call("any")).isEqualTo("fine");
            assertThat(threads).hasSize(2);
            assertThat(batcher.health()).isEqualTo(new Health(true, 1, 0, 0));
        }
    }

    @Test
    void a_batch_that_obeys_the_interrupt_of_its_limit_was_too_slow_all_the_same() throws Exception {
        for (int i = 0; i < 20; i++) {
            var entered = new CountDownLatch(1);
            try (Batcher<String, String> batcher = Batcher.<String, String>of("obedient", items -> {
                if (items.getFirst().input().equals("slow")) {
                    entered.countDown();
                    Thread.sleep(Duration.ofDays(1));
                }
                return List.of(items.getFirst().ok("fine"));
            }).limit(LIMIT).time(time).start()) {
                Future<String> slow = stage.call(Stage.of("school", "alice"), () -> batcher.call("slow"));
                entered.await();
                time.pass(LIMIT);
                fails(slow, DeadlineException.class);
                assertThat(batcher.call("quick")).isEqualTo("fine");
                Stage.becomes(batcher::health, new Health(true, 1, 0, 0));
            }
        }
    }

    @Test
    void the_limit_of_a_batch_interrupts_the_model_and_not_what_depends_on_a_promise_that_it_keeps() throws Exception {
        var promise = new ContextFuture<String>();
        var begun = new CountDownLatch(1);
        ContextFuture<Boolean> bobs = Stage.of("school", "bob").call(() -> promise.thenApply(value -> {
            begun.countDown();
            try {
                return !hanging.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                return true;
            }
        }));
        var model = new CompletableFuture<Boolean>();
        try (Batcher<String, String> batcher = Batcher.<String, String>of("keeps a promise", items -> {
            promise.complete("");
            model.complete(Thread.currentThread().isInterrupted());
            return List.of(items.getFirst().ok("fine"));
        }).limit(LIMIT).time(time).start(); stage) {
            Future<String> slow = stage.call(Stage.of("school", "alice"), () -> batcher.call("slow"));
            begun.await();
            time.pass(LIMIT);
            fails(slow, DeadlineException.class);
            hanging.countDown();
            assertThat(bobs.get()).as("Bob's code was interrupted").isFalse();
            assertThat(model.get()).as("the model was interrupted").isTrue();
        }
    }

    @Test
    void a_model_that_leaves_its_thread_interrupted_harms_nobody() throws Exception {
        try (Batcher<String, String> batcher = Batcher.<String, String>of("careless", items -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            threads.add(Thread.currentThread());
            Thread.currentThread().interrupt();
            return List.of(items.getFirst().ok("fine"));
        }).start()) {
            for (int i = 0; i < 5; i++) {
                assertThat(batcher.call("any")).isEqualTo("fine");
            }
            assertThat(interrupted).containsExactly(false, false, false, false, false);
            assertThat(threads).as("workers").hasSize(1);
        }
    }

    @Test
    void what_waits_when_it_closes_is_answered_although_the_only_worker_hangs() throws Exception {
        try (Batcher<String, String> batcher = hanging().maxAbandoned(0).start()) {
            Future<String> hangs = stage.call(Stage.of("school", "alice"), () -> batcher.call("hang"));
            await().until(() -> threads.size() == 1);
            Future<String> waits = stage.queued(batcher, Stage.of("school", "bob"), "waits");
            Thread closing = Thread.ofVirtual().start(batcher::close);
            Stage.becomes(() -> batcher.health().up(), false);
            time.pass(LIMIT);
            fails(hangs, DeadlineException.class);
            fails(waits, UnavailableException.class);
            closing.join();
        }
    }

    @Test
    void closing_waits_for_no_worker_that_hangs() {
        Batcher<String, String> batcher = hanging().start();
        hang(batcher);
        batcher.close();
        assertThat(batcher.health().up()).isFalse();
        assertThatThrownBy(() -> batcher.call("late")).isInstanceOf(UnavailableException.class);
    }
}
