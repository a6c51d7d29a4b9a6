package dev.carrel.pool;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.concurrent.Concurrent;
import dev.carrel.concurrent.ContextFuture;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.error.DeadlineException;
import dev.carrel.time.ManualTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Tasks that submit tasks, and wait for them: never for ever. */
@Timeout(60)
class NestedTest {
    private static final ContextKey<String> QUERY = ContextKey.of("query", Kind.TURN);

    private static TaskPool pool(String name, int concurrency) {
        return TaskPool.builder(name).concurrency(concurrency).queue(1_000).closing(Duration.ofSeconds(10))
                .grace(Duration.ofSeconds(1)).build();
    }

    private static int fib(TaskPool pool, int n) throws InterruptedException, ExecutionException {
        if (n < 2) {
            return n;
        }
        var one = pool.submit(() -> fib(pool, n - 1));
        var other = pool.submit(() -> fib(pool, n - 2));
        return one.get() + other.get();
    }

    @ParameterizedTest
    @CsvSource({"1,true", "1,false", "2,true", "2,false", "3,true"})
    void a_task_waits_for_tasks_that_wait_for_tasks(int concurrency, boolean virtual) throws Exception {
        TaskPoolBuilder builder = TaskPool.builder("nested").concurrency(concurrency).queue(10);
        try (TaskPool pool = virtual ? builder.build() : builder.platform().build()) {
            assertThat(pool.submit(() -> fib(pool, 13)).get()).isEqualTo(233);
            assertThat(pool.status().total()).matches(PoolStatus.Counts::balanced).matches(PoolStatus.Counts::quiet);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void invoke_all_and_any_work_from_a_worker(int concurrency) throws Exception {
        try (TaskPool pool = pool("nested", concurrency)) {
            Callable<Integer> three = () -> 3;
            var task = pool.submit(() -> {
                int sum = pool.invokeAny(List.of(three, three));
                for (Future<Integer> each : pool.invokeAll(Collections.nCopies(20, three))) {
                    sum += each.get();
                }
                return sum;
            });
            assertThat(task.get()).isEqualTo(63);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void nesting_may_be_deeper_than_a_stack(int concurrency) throws Exception {
        try (TaskPool pool = pool("deep", concurrency)) {
            assertThat(pool.submit(() -> deeper(pool, 2_000)).get()).isEqualTo(2_000);
        }
    }

    private static int deeper(TaskPool pool, int levels) throws Exception {
        return levels == 0 ? 0 : 1 + pool.submit(() -> deeper(pool, levels - 1)).get();
    }

    @Test
    void a_nested_task_runs_in_its_own_context_on_the_submitters_thread() throws Exception {
        try (TaskPool pool = pool("nested", 1)) {
            Context.root().with(QUERY, "outer").call(() -> pool.submit(() -> {
                Thread thread = Thread.currentThread();
                var inner = Context.root().with(QUERY, "inner").call(() -> pool.submit(() -> {
                    assertThat(Thread.currentThread()).isSameAs(thread);
                    return Context.current().get(QUERY);
                }));
                assertThat(inner.isDone()).isTrue();
                assertThat(inner.get()).isEqualTo("inner");
                assertThat(Context.current().get(QUERY)).isEqualTo("outer");
                return null;
            })).get();
        }
    }

    @Test
    void a_nested_task_is_never_queued_it_takes_a_free_slot_or_runs_at_once() throws Exception {
        try (TaskPool pool = pool("nested", 2)) {
            var begun = new Gate();
            var gate = new Gate();
            var seen = pool.submit(() -> {
                var beside = pool.submit(() -> {
                    begun.open();
                    gate.pass();
                    return "beside";
                });
                begun.pass();
                var inline = pool.submit(() -> "inline");
                TaskStatus status = inline.status();
                gate.open();
                return List.of(status, beside.get());
            });
            assertThat(seen.get()).containsExactly(TaskStatus.DONE, "beside");
        }
    }

    @Test
    void a_task_by_way_of_another_pool_knows_where_it_came_from() throws Exception {
        try (TaskPool one = pool("one", 1); TaskPool two = pool("two", 1)) {
            var task = one
                    .submit(() -> two.submit(() -> one.submit(() -> two.submit(() -> "there").get()).get()).get());
            assertThat(task.get()).isEqualTo("there");
        }
    }

    @Test
    void a_task_by_way_of_an_executor_or_in_another_context_knows_too() throws Exception {
        try (TaskPool pool = pool("one", 1); var threads = Context.virtualThreads()) {
            assertThat(pool.submit(() -> threads.submit(() -> pool.submit(() -> "there").get()).get()).get())
                    .isEqualTo("there");
            assertThat(pool.submit(() -> Context.current().detached(Deadline.after(Duration.ofMinutes(1)))
                    .call(() -> pool.submit(() -> "detached").get())).get()).isEqualTo("detached");
        }
    }

    @Test
    void the_limit_of_an_inline_task_interrupts_it_and_only_it() throws Exception {
        var time = new ManualTime();
        try (TaskPool pool = TaskPool.builder("one").concurrency(1).time(time).build()) {
            var begun = new Gate();
            var outer = pool.submit(() -> {
                var inner = pool.submit(() -> {
                    begun.open();
                    new Gate().pass();
                    return "never";
                }, Duration.ofSeconds(1));
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                assertThatThrownBy(inner::get).hasCauseInstanceOf(DeadlineException.class);
                return Cancellation.current().requested();
            });
            begun.pass();
            time.pass(Duration.ofSeconds(1));
            assertThat(outer.get()).isFalse();
        }
    }

    @Test
    void stopping_the_outer_task_stops_the_inner_one_and_the_outer_one_feels_it() throws Exception {
        try (TaskPool pool = pool("one", 1)) {
            var begun = new Gate();
            var felt = new CompletableFuture<Boolean>();
            var outer = pool.submit(() -> {
                var inner = pool.submit(() -> {
                    begun.open();
                    new Gate().pass();
                    return "never";
                });
                try {
                    new Gate().pass(); // the interrupt is for both
                } catch (InterruptedException e) {
                    felt.complete(inner.isCancelled());
                }
            });
            begun.pass();
            outer.cancel(true);
            assertThat(felt.get()).isTrue();
        }
    }

    @Test
    void a_thread_that_waits_for_a_task_on_another_thread_sleeps() throws Exception {
        try (TaskPool one = TaskPool.builder("one").concurrency(1).queue(10).platform().build();
                TaskPool other = pool("other", 2)) {
            var begun = new Gate();
            var go = new Gate();
            var tillBegun = new CompletableFuture<Future<?>>();
            var queued = new CompletableFuture<Future<?>>();
            var waiting = new CompletableFuture<Thread>();
            var first = one.submit(() -> {
                tillBegun.get().get();
                waiting.complete(Thread.currentThread());
                return queued.get().get();
            });
            queued.complete(one.submit(() -> {
                begun.open();
                go.pass();
                return null;
            }));
            // While the first one waits for the second of these, the first of these runs what is queued.
            var helping = other.submit(() -> queued.get().get());
            tillBegun.complete(other.submit(() -> {
                begun.pass();
                return null;
            }));
            long used = cpuTime(waiting.get(), Duration.ofMillis(400));
            go.open();
            first.get();
            helping.get();
            assertThat(Duration.ofNanos(used)).isLessThan(Duration.ofMillis(100));
        }
    }

    private static long cpuTime(Thread thread, Duration during) throws InterruptedException {
        var clocks = ManagementFactory.getThreadMXBean();
        long before = clocks.getThreadCpuTime(thread.threadId());
        Thread.sleep(during);
        return clocks.getThreadCpuTime(thread.threadId()) - before;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void a_storm_of_nested_tasks_over_three_pools_ends(int concurrency) throws Exception {
        List<TaskPool> pools = List.of(pool("a", concurrency), pool("b", concurrency), pool("c", concurrency));
        try {
            List<Future<Integer>> roots = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                roots.add(pools.get(i % 3).submit(() -> storm(pools, 6)));
            }
            for (Future<Integer> root : roots) {
                assertThat(root.get()).isPositive();
            }
        } finally {
            pools.forEach(TaskPool::close);
        }
        assertThat(pools).allSatisfy(pool -> assertThat(pool.status().total())
                .matches(PoolStatus.Counts::balanced).matches(PoolStatus.Counts::quiet));
    }

    private static int storm(List<TaskPool> pools, int levels) throws Exception {
        if (levels == 0) {
            return 1;
        }
        var random = ThreadLocalRandom.current();
        List<Callable<Integer>> children = Collections.nCopies(random.nextInt(1, 3), () -> storm(pools, levels - 1));
        TaskPool pool = pools.get(random.nextInt(pools.size()));
        int sum = 0;
        switch (random.nextInt(4)) {
            case 0 -> sum = pool.invokeAny(children);
            case 1 -> {
                for (int each : Concurrent.map(children, 2, child -> result(pool.submit(child)))) {
                    sum += each;
                }
            }
            case 2 -> {
                for (Future<Integer> each : pool.invokeAll(children)) {
                    sum += each.get();
                }
            }
            default -> {
                List<Future<Integer>> all = new ArrayList<>();
                for (Callable<Integer> child : children) {
                    all.add(pool.submit(child));
                }
                for (Future<Integer> each : all) {
                    sum += each.get();
                }
            }
        }
        return sum;
    }

    private static int result(Future<Integer> task) {
        try {
            return task.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("there is no result", e);
        }
    }

    @Test
    void an_interrupt_of_the_outer_task_does_not_reach_an_inner_one_of_somebody_else() throws Exception {
        try (TaskPool pool = pool("one", 1)) {
            var begun = new Gate();
            var told = new Gate();
            var inner = new CompletableFuture<PooledTask<String>>();
            var felt = new CompletableFuture<Boolean>();
            var outer = pool.submit(() -> {
                inner.complete(Context.root().call(() -> pool.submit(() -> {
                    begun.open();
                    try {
                        told.pass();
                        return "undisturbed";
                    } catch (InterruptedException e) {
                        return "disturbed";
                    }
                })));
                felt.complete(Thread.currentThread().isInterrupted());
            });
            begun.pass();
            outer.cancel(true);
            told.open();
            assertThat(inner.get().get()).isEqualTo("undisturbed");
            assertThat(felt.get()).as("the outer one is told afterwards").isTrue();
        }
    }

    @Test
    void a_future_on_a_pool_knows_for_how_long_it_runs() throws Exception {
        try (TaskPool pool = TaskPool.builder("one").limit(Duration.ofMinutes(1)).build()) {
            assertThat(ContextFuture.supplyAsync(Deadline::current, pool).get(20, TimeUnit.SECONDS)).isPresent();
        }
    }

    @Test
    void a_future_on_a_pool_knows_where_it_came_from() throws Exception {
        try (TaskPool pool = pool("one", 1); var threads = Context.virtualThreads()) {
            var nested = ContextFuture.supplyAsync(() -> ContextFuture
                    .supplyAsync(() -> ContextFuture.supplyAsync(() -> "there", pool).join(), threads).join(), pool);
            assertThat(nested.get(20, TimeUnit.SECONDS)).isEqualTo("there");
        }
    }
}
