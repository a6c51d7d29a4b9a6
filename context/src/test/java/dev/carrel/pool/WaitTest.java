package dev.carrel.pool;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.concurrent.Concurrent;
import dev.carrel.concurrent.ContextFuture;
import dev.carrel.concurrent.ContextRecursiveTask;
import dev.carrel.context.Context;

import static org.assertj.core.api.Assertions.assertThat;

/** Workers that wait for tasks which they did not submit themselves. */
@Timeout(60)
class WaitTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private static TaskPool pool(String name) {
        return TaskPool.builder(name).concurrency(1).closing(Duration.ofSeconds(1)).grace(Duration.ofSeconds(1))
                .build();
    }

    private static <T> T result(Future<T> task) {
        try {
            return task.get(90, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("there is no result", e);
        }
    }

    /** How a task waits for another. */
    private enum Way {
        ITSELF, CONCURRENT_MAP, VIRTUAL_THREAD, FUTURE, FORK_JOIN, BY_WAY_OF_ANOTHER_POOL;

        String ask(Future<String> task) throws Exception {
            switch (this) {
                case ITSELF -> {
                    return result(task);
                }
                case CONCURRENT_MAP -> {
                    return Concurrent.map(List.of(task), 8, WaitTest::result).getFirst();
                }
                case VIRTUAL_THREAD -> {
                    try (ExecutorService threads = Context.virtualThreads()) {
                        return threads.submit(() -> result(task)).get();
                    }
                }
                case FUTURE -> {
                    return ContextFuture.supplyAsync(() -> result(task)).join();
                }
                case FORK_JOIN -> {
                    return new Asking(task).fork().join();
                }
                default -> {
                    try (TaskPool other = pool("other")) {
                        return ContextFuture.supplyAsync(() -> result(task), other).join();
                    }
                }
            }
        }
    }

    private static final class Asking extends ContextRecursiveTask<String> {
        private static final long serialVersionUID = 1L;
        private final transient Future<String> task;

        Asking(Future<String> task) {
            this.task = task;
        }

        @Override
        protected String compute() {
            return result(task);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_worker_that_waits_for_a_queued_task_of_another_runs_it_itself(Way way) throws Exception {
        try (TaskPool pool = pool("one")) {
            var queued = new AtomicReference<Future<String>>();
            var ready = new Gate();
            var first = pool.submit(() -> {
                ready.pass();
                return way.ask(queued.get());
            });
            queued.set(pool.submit(() -> "queued behind the one that waits for it"));
            ready.open();
            assertThat(first).succeedsWithin(SOON).asString().startsWith("queued");
        }
    }

    /** Not by the join of a future, nor on threads that come and go: what waits there, no pool can see. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"FORK_JOIN", "BY_WAY_OF_ANOTHER_POOL"})
    void two_pools_whose_tasks_wait_for_tasks_of_each_other_go_on(Way way) throws Exception {
        try (TaskPool one = pool("one"); TaskPool two = pool("two")) {
            var bothRun = new CyclicBarrier(2);
            var first = one.submit(() -> {
                bothRun.await();
                return way.ask(two.submit(() -> "of two"));
            });
            var second = two.submit(() -> {
                bothRun.await();
                return way.ask(one.submit(() -> "of one"));
            });
            assertThat(first).succeedsWithin(SOON).isEqualTo("of two");
            assertThat(second).succeedsWithin(SOON).isEqualTo("of one");
        }
    }

    @Test
    void a_thread_that_its_task_left_behind_does_not_wait_for_the_next_one_on_the_slot() throws Exception {
        try (TaskPool pool = pool("one");
                TaskPool other = pool("other");
                TaskPool third = pool("third");
                ExecutorService threads = Context.virtualThreads()) {
            var end = new Gate();
            var held = other.submit(Executing.passing(end));
            var left = new CompletableFuture<Future<?>>();
            pool.submit(() -> {
                var waiting = new CompletableFuture<Thread>();
                left.complete(threads.submit(() -> {
                    waiting.complete(Thread.currentThread());
                    return held.get();
                }));
                sleeps(waiting.get());
                return null;
            }).get();
            var begun = new Gate();
            var next = pool.submit(() -> {
                begun.open();
                end.pass();
                return "passed";
            });
            begun.pass();
            var queued = pool.submit(() -> Thread.currentThread().getName());
            var asking = new CompletableFuture<Thread>();
            var asked = third.submit(() -> {
                asking.complete(Thread.currentThread());
                return queued.get();
            });
            sleeps(asking.get());
            end.open();
            assertThat(next).succeedsWithin(SOON);
            assertThat(asked).succeedsWithin(SOON).asString().as("where the queued task ran").contains("one");
            left.get().get();
        }
    }

    /** Has a thread that waits for Bob's task, which that runs, interrupted in its middle. */
    @FunctionalInterface
    private interface Interrupting {
        void interrupt(Future<String> bobs, Gate begun) throws Exception;
    }

    /** Alice's task, whose thread it is; Bob's is not disturbed. */
    private static Future<?> doesNotReachBobs(TaskPool pool, Interrupting how) throws Exception {
        var ready = new Gate();
        var begun = new Gate();
        var interrupted = new Gate();
        var bobs = new CompletableFuture<Future<String>>();
        Future<?> alices = pool.submit(() -> {
            ready.pass();
            try {
                how.interrupt(bobs.join(), begun);
            } finally {
                interrupted.open();
            }
            return true;
        });
        bobs.complete(pool.submit(() -> {
            begun.open();
            try {
                interrupted.pass();
                return "undisturbed";
            } catch (InterruptedException e) {
                return "disturbed";
            }
        }));
        ready.open();
        assertThat(bobs.get()).succeedsWithin(SOON).isEqualTo("undisturbed");
        return alices;
    }

    @Test
    void whoever_interrupts_a_thread_that_waits_does_not_reach_the_task_of_another_that_it_runs() throws Exception {
        try (TaskPool pool = pool("one")) {
            Future<?> alices = doesNotReachBobs(pool,
                    (bobs, begun) -> Concurrent.map(List.of(true, false), 2, waits -> {
                        if (waits) {
                            return result(bobs);
                        }
                        passing(begun);
                        throw new IllegalStateException("the others are interrupted");
                    }));
            assertThat(alices).failsWithin(SOON).withThrowableThat().withMessageContaining("others are interrupted");
        }
    }

    @Test
    void nor_does_it_if_the_thread_is_any_in_the_tasks_context() throws Exception {
        try (TaskPool pool = pool("one")) {
            Future<?> alices = doesNotReachBobs(pool, (bobs, begun) -> {
                Runnable asks = () -> result(bobs);
                Thread waits = Thread.ofVirtual().start(Context.current().wrap(asks));
                begun.pass();
                waits.interrupt();
            });
            assertThat(alices).succeedsWithin(SOON);
        }
    }

    private static void passing(Gate gate) {
        try {
            gate.pass();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static void sleeps(Thread thread) {
        Awaitility.await().until(() -> List.of(Thread.State.WAITING, Thread.State.TERMINATED)
                .contains(thread.getState()));
    }
}
