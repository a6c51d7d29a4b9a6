package dev.carrel.interrupt;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.concurrent.Concurrent;
import dev.carrel.concurrent.ContextFuture;
import dev.carrel.concurrent.Two;
import dev.carrel.context.InterruptibleExecutor;
import dev.carrel.pool.PooledTask;
import dev.carrel.pool.TaskPool;
import dev.carrel.time.ManualTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Alice's work is interrupted while its thread is in the middle of Bob's: Bob's does not notice, and hers does afterwards. */
@Timeout(60)
class InTheMiddleTest {
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final AliceAndBob them = new AliceAndBob();

    private TaskPool pool() {
        return TaskPool.builder("one").concurrency(1).queue(10).limit(LIMIT).time(time).platform().build();
    }

    private ContextFuture<String> bobsAfter(ContextFuture<String> source) {
        return Two.AS_BOB.call(() -> source.thenApply(value -> them.bobs()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit", "shutdown"})
    void a_pool_stops_its_task_and_not_the_dependent_that_runs_after_its_function(String how) throws Exception {
        try (TaskPool pool = pool()) {
            var registered = new CountDownLatch(1);
            ContextFuture<String> alices = Two.AS_ALICE.call(() -> ContextFuture.supplyAsync(() -> {
                AliceAndBob.await(registered);
                return "";
            }, pool));
            ContextFuture<String> bobs = bobsAfter(alices);
            registered.countDown();
            PooledTask<Boolean> next = pool.submit(() -> Thread.currentThread().isInterrupted());
            them.meanwhile(() -> {
                if (how.equals("limit")) {
                    time.pass(LIMIT);
                } else {
                    pool.shutdownNow();
                }
            });
            them.assertUndisturbed(bobs);
            if (how.equals("limit")) {
                assertThat(next.get(AliceAndBob.LONG, TimeUnit.SECONDS)).as("the worker's next task was interrupted")
                        .isFalse();
            }
        }
    }

    @Test
    void a_task_that_completes_somebody_elses_promise_is_interrupted_after_what_depends_on_that() throws Exception {
        try (TaskPool pool = pool()) {
            var promise = new ContextFuture<String>();
            ContextFuture<String> bobs = bobsAfter(promise);
            PooledTask<?> alices = pool.submit(() -> {
                promise.complete("");
                them.alicesGoesOn();
            });
            them.assertOnlyAlices(() -> alices.cancel(true), bobs);
        }
    }

    @Test
    void an_interrupt_that_had_come_before_is_kept_from_the_dependent_and_put_back() throws Exception {
        try (TaskPool pool = pool()) {
            var promise = new ContextFuture<String>();
            ContextFuture<String> bobs = bobsAfter(promise);
            var runs = new CountDownLatch(1);
            PooledTask<?> alices = pool.submit(() -> {
                runs.countDown();
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                promise.complete("");
                them.alicesGoesOn();
            });
            runs.await();
            alices.cancel(true);
            them.assertOnlyAlices(() -> {}, bobs);
        }
    }

    @Test
    void a_dependent_in_a_dependent_is_covered_until_the_outer_one_has_returned() throws Exception {
        try (TaskPool pool = pool()) {
            var promise = new ContextFuture<String>();
            var inner = new ContextFuture<String>();
            ContextFuture<String> innermost = bobsAfter(inner);
            ContextFuture<Boolean> bobs = Two.AS_BOB.call(() -> promise.thenApply(value -> {
                inner.complete("");
                return Thread.interrupted();
            }));
            PooledTask<?> alices = pool.submit(() -> {
                promise.complete("");
                them.alicesGoesOn();
            });
            them.assertOnlyAlices(() -> alices.cancel(true), innermost);
            assertThat(bobs.get(AliceAndBob.LONG, TimeUnit.SECONDS)).as("Bob's dependent was interrupted").isFalse();
        }
    }

    @Test
    void a_cancelled_stage_is_interrupted_after_the_task_that_it_submitted_and_that_runs_inline() throws Exception {
        try (TaskPool pool = pool()) {
            var bobs = new CompletableFuture<String>();
            ContextFuture<Void> alices = ContextFuture.runAsync(() -> {
                Two.AS_BOB.run(() -> pool.execute(() -> bobs.complete(them.bobs())));
                them.alicesGoesOn();
            }, pool);
            them.assertOnlyAlices(() -> alices.cancel(true), bobs);
        }
    }

    @Test
    void a_cancelled_stage_is_interrupted_after_the_queued_task_that_it_waits_for_and_runs() throws Exception {
        try (TaskPool pool = pool()) {
            var bobs = new CompletableFuture<PooledTask<String>>();
            ContextFuture<Void> alices = ContextFuture.runAsync(() -> {
                try {
                    bobs.join().get();
                    them.alicesGoesOn();
                } catch (Exception e) {
                    // It was Bob's task to which the interrupt came, or it comes as this one goes on to ask for the result.
                    them.alicesFelt(e instanceof InterruptedException);
                }
            }, pool);
            PooledTask<String> queued = Two.AS_BOB.call(() -> pool.submit(them::bobs));
            bobs.complete(queued);
            them.assertOnlyAlices(() -> alices.cancel(true), queued);
        }
    }

    @Test
    void a_function_of_a_concurrent_map_is_interrupted_after_the_dependent_of_the_promise_that_it_completes()
            throws Exception {
        var promise = new ContextFuture<String>();
        ContextFuture<String> bobs = bobsAfter(promise);
        assertThatThrownBy(() -> Concurrent.map(List.of(true, false), 2, first -> {
            if (first) {
                promise.complete("");
                them.alicesGoesOn();
                return "";
            }
            AliceAndBob.await(them.begun);
            throw new IllegalStateException("as planned");
        })).hasMessage("as planned");
        them.assertOnlyAlices(() -> {}, bobs); // all were stopped before the map threw
    }

    /** Whatever stands between a stage and its pool. */
    @ParameterizedTest
    @ValueSource(strings = {"pool", "wrapper", "later", "part"})
    void the_limit_of_a_pool_reaches_the_function_that_its_task_was_made_for(String way) throws Exception {
        try (TaskPool pool = pool()) {
            Executor executor = switch (way) {
                case "pool" -> pool;
                case "wrapper" -> task -> pool.execute(task);
                case "part" -> task -> pool.execute(() -> new Handshake().<Void, RuntimeException>callAsPart(() -> {
                    task.run();
                    return null;
                }));
                default -> task -> Thread.ofVirtual().start(() -> pool.execute(task));
            };
            var felt = new CompletableFuture<Boolean>();
            var unused = ContextFuture.runAsync(() -> {
                them.begun.countDown();
                AliceAndBob.await(them.go);
                felt.complete(Thread.interrupted());
            }, executor);
            them.meanwhile(() -> time.pass(LIMIT));
            assertThat(felt.get(AliceAndBob.LONG, TimeUnit.SECONDS)).as("the function was interrupted").isTrue();
        }
    }

    /** What runs its functions one after the other, in a task of whoever came first. */
    private static final class Sequence implements Executor {
        private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
        private final AtomicBoolean running = new AtomicBoolean();
        private final Consumer<Runnable> worker;

        Sequence(Consumer<Runnable> worker) {
            this.worker = worker;
        }

        @Override
        public void execute(Runnable task) {
            waiting.add(task);
            if (running.compareAndSet(false, true)) {
                worker.accept(this::work);
            }
        }

        private void work() {
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                next.run();
            }
        }
    }

    @Test
    void a_function_that_runs_after_another_in_one_task_is_not_the_one_that_the_task_is_interrupted_for()
            throws Exception {
        try (TaskPool pool = pool()) {
            var sequence = new Sequence(work -> pool.execute(() -> {
                work.run();
                them.alicesGoesOn();
            }));
            var registered = new CountDownLatch(1);
            Two.AS_ALICE.run(() -> sequenceBegins(sequence, registered));
            ContextFuture<String> bobs = Two.AS_BOB.call(() -> ContextFuture.supplyAsync(them::bobs, sequence));
            registered.countDown();
            them.assertOnlyAlices(() -> time.pass(LIMIT), bobs);
        }
    }

    private static void sequenceBegins(Executor sequence, CountDownLatch registered) {
        var unused = ContextFuture.runAsync(() -> AliceAndBob.await(registered), sequence);
    }

    @Test
    void a_stage_whose_executor_runs_it_at_once_is_in_the_middle_of_whoever_completes_its_source() throws Exception {
        try (TaskPool pool = pool()) {
            var promise = new ContextFuture<String>();
            ContextFuture<String> bobs = Two.AS_BOB
                    .call(() -> promise.thenApplyAsync(value -> them.bobs(), Runnable::run));
            PooledTask<?> alices = pool.submit(() -> {
                promise.complete("");
                them.alicesGoesOn();
            });
            them.assertOnlyAlices(() -> alices.cancel(true), bobs);
        }
    }

    @Test
    void a_stage_that_its_executor_runs_at_once_is_cancelled_without_the_task_that_completes_its_source()
            throws Exception {
        try (TaskPool pool = pool()) {
            InterruptibleExecutor atOnce = Runnable::run;
            var fared = new CompletableFuture<String>();
            var stage = new CompletableFuture<ContextFuture<Void>>();
            pool.execute(() -> {
                var promise = new ContextFuture<String>();
                stage.complete(promise.thenRunAsync(() -> fared.complete(them.bobs()), atOnce));
                promise.complete("");
                them.alicesGoesOn();
            });
            them.meanwhile(() -> stage.join().cancel(true));
            assertThat(fared.get(AliceAndBob.LONG, TimeUnit.SECONDS)).isEqualTo("disturbed");
            assertThat(them.alicesFelt()).as("the task was interrupted").isFalse();
        }
    }

    @Test
    void what_is_left_of_a_stages_interrupt_is_gone_when_its_function_has_returned() throws Exception {
        try (TaskPool pool = pool()) {
            InterruptibleExecutor measuring = work -> pool.execute(() -> {
                work.run();
                them.alicesGoesOn();
            });
            ContextFuture<Void> alices = ContextFuture.runAsync(() -> {
                them.begun.countDown();
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
            }, measuring);
            them.begun.await();
            alices.cancel(true);
            assertThat(them.alicesFelt()).isFalse();
        }
    }
}
