package dev.carrel.pool;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.context.Principal;
import dev.carrel.error.CarrelException;
import dev.carrel.error.EndedContextException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.OverloadedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class TaskPoolTest {
    private static final ContextKey<String> QUERY = ContextKey.of("query", Kind.TURN);
    private static final ContextKey<String> DRAFT = ContextKey.of("draft", Kind.TASK);
    private static final ContextKey<Object> HELD = ContextKey.of("held", Kind.TURN);
    private static final Authority TEST = Authority.named("test");
    private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();

    private TaskPool pool = TaskPool.builder("test").concurrency(1).queue(8).build();

    @AfterEach
    void close() {
        pool.close();
        assertThat(pool.isTerminated()).isTrue();
        assertThat(pool.status().total()).matches(PoolStatus.Counts::balanced).matches(PoolStatus.Counts::quiet);
    }

    private void use(TaskPool other) {
        pool.close();
        pool = other;
    }

    private static Context of(String tenant, String user) {
        return TEST.bind(Context.root(), TEST.user(tenant, user, user, Set.of()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void each_task_sees_its_own_context_and_none_where_there_is_none(boolean virtual) throws Exception {
        TaskPoolBuilder builder = TaskPool.builder("test").concurrency(1);
        use(virtual ? builder.virtual().build() : builder.platform().build());
        INHERITED.set("of the thread that made the worker");
        try {
            var first = Context.root().with(QUERY, "q1").call(() -> pool.submit(() -> Context.current().get(QUERY)));
            var second = Context.root().with(QUERY, "q2").call(() -> pool.submit(() -> Context.current().get(QUERY)));
            var none = pool.submit(() -> Context.current().find(QUERY).isPresent() || INHERITED.get() != null);
            assertThat(first.get()).isEqualTo("q1");
            assertThat(second.get()).isEqualTo("q2");
            assertThat(none.get()).isFalse();
        } finally {
            INHERITED.remove();
        }
    }

    @Test
    void every_way_to_submit_carries_the_context() throws Exception {
        Context context = Context.root().with(QUERY, "q");
        Callable<String> read = () -> Context.current().get(QUERY);
        context.call(() -> {
            assertThat(pool.submit(read).get()).isEqualTo("q");
            assertThat(pool.invokeAll(List.of(read, read))).allSatisfy(task -> assertThat(task.get()).isEqualTo("q"));
            assertThat(pool.invokeAll(List.of(read), 10, TimeUnit.SECONDS).getFirst().get()).isEqualTo("q");
            assertThat(pool.invokeAny(List.of(read, read))).isEqualTo("q");
            assertThat(pool.invokeAny(List.of(read), 10, TimeUnit.SECONDS)).isEqualTo("q");
            var seen = new CompletableFuture<String>();
            pool.execute(() -> seen.complete(Context.current().get(QUERY)));
            assertThat(seen.get()).isEqualTo("q");
            var also = new CompletableFuture<String>();
            assertThat(pool.submit(() -> {
                also.complete(Context.current().get(QUERY));
            }, "result").get()).isEqualTo("result");
            assertThat(also.get()).isEqualTo("q");
            assertThat(CompletableFuture.supplyAsync(() -> Context.current().get(QUERY), pool).get()).isEqualTo("q");
            return null;
        });
    }

    @Test
    void values_of_a_task_end_with_it() throws Exception {
        Context kept = pool.submit(() -> Context.current().with(DRAFT, "draft")).get();
        assertThatThrownBy(() -> kept.get(DRAFT)).isInstanceOf(EndedContextException.class)
                .hasMessageContaining("task");
    }

    @Test
    void a_full_pool_rejects_with_its_name_and_bounds() throws Exception {
        var gate = new Gate();
        var running = pool.submit(Executing.passing(gate));
        for (int i = 0; i < 8; i++) {
            assertThat(pool.submit(() -> "queued").status()).isEqualTo(TaskStatus.QUEUED);
        }
        assertThatThrownBy(() -> pool.submit(() -> "too much")).isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("\"test\"").hasMessageContaining("1 tasks").hasMessageContaining("8")
                .hasCauseInstanceOf(OverloadedException.class);
        assertThatThrownBy(() -> pool.submit(() -> "too much"))
                .satisfies(full -> assertThat(CarrelException.publicCode(full)).isEqualTo(ErrorCode.OVERLOADED));
        assertThat(pool.status().total().rejected()).isEqualTo(2);
        assertThat(pool.status().total().submitted()).isEqualTo(9);
        gate.open();
        running.get();
    }

    @Test
    void one_tenants_burst_does_not_delay_anothers_task() throws Exception {
        use(TaskPool.builder("fair").concurrency(1).queue(100).build());
        var gate = new Gate();
        var first = pool.submit(Executing.passing(gate));
        Awaitility.await().until(() -> first.status() == TaskStatus.RUNNING);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<Future<?>> all = new ArrayList<>();
        of("big", "b").run(() -> {
            for (int i = 0; i < 50; i++) {
                all.add(pool.submit(() -> {
                    order.add("big");
                }));
            }
        });
        of("small", "s").run(() -> all.add(pool.submit(() -> {
            order.add("small");
        })));
        all.add(pool.submit(() -> {
            order.add("nobody");
        }));
        assertThat(pool.status().tenants()).containsOnlyKeys("big", "small");
        assertThat(pool.status().tenant("big").orElseThrow().queued()).isEqualTo(50);
        assertThat(pool.status().background().queued()).isOne();
        gate.open();
        first.get();
        for (Future<?> each : all) {
            each.get();
        }
        assertThat(order.subList(0, 3)).containsExactlyInAnyOrder("big", "small", "nobody");
        assertThat(pool.status().tenant("big").orElseThrow().done()).isEqualTo(50);
    }

    @Test
    void a_saturated_pool_does_not_hold_up_another() throws Exception {
        var gate = new Gate();
        var first = pool.submit(Executing.passing(gate));
        for (int i = 0; i < 8; i++) {
            pool.execute(() -> {});
        }
        try (TaskPool other = TaskPool.builder("other").concurrency(1).queue(200).build()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                all.add(other.submit(() -> number));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(all.get(i).get()).isEqualTo(i);
            }
            assertThat(pool.status().total().queued()).isEqualTo(8);
        }
        gate.open();
        first.get();
    }

    @Test
    void no_more_run_at_once_than_the_pool_allows() throws Exception {
        use(TaskPool.builder("bounded").concurrency(3).queue(1000).build());
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            all.add(pool.submit(() -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                LockSupport.parkNanos(1);
                now.decrementAndGet();
            }));
        }
        for (Future<?> each : all) {
            each.get();
        }
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void a_queued_task_that_is_cancelled_never_runs_and_leaves_the_queue() throws Exception {
        var gate = new Gate();
        var ran = new AtomicInteger();
        var first = pool.submit(Executing.passing(gate));
        var second = pool.submit(ran::incrementAndGet);
        assertThat(second.cancel(true)).isTrue();
        assertThat(second.cancel(true)).isFalse();
        assertThat(second.isCancelled()).isTrue();
        assertThat(second.state()).isEqualTo(Future.State.CANCELLED);
        assertThatThrownBy(second::get).isInstanceOf(CancellationException.class);
        for (int i = 0; i < 8; i++) {
            pool.execute(() -> {});
        }
        gate.open();
        first.get();
        pool.shutdown();
        assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).hasValue(0);
    }

    @Test
    void a_failure_is_told_as_the_cause() {
        var failure = new IllegalStateException("it failed");
        var task = pool.submit(() -> {
            throw failure;
        });
        assertThatThrownBy(task::get).isInstanceOf(ExecutionException.class).cause().isSameAs(failure);
        assertThat(task.exceptionNow()).isSameAs(failure);
        assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
    }

    @Test
    void waiting_has_an_end_of_its_own() throws Exception {
        var begun = new Gate();
        var gate = new Gate();
        var task = pool.submit(() -> {
            begun.open();
            gate.pass();
            return "passed";
        });
        begun.pass();
        assertThatThrownBy(() -> task.get(1, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class)
                .hasMessageContaining("running");
        gate.open();
        assertThat(task.get()).isEqualTo("passed");
    }

    @Test
    void invoke_any_returns_the_first_to_succeed_and_cancels_the_others() throws Exception {
        use(TaskPool.builder("any").concurrency(3).build());
        var interrupted = new CompletableFuture<Boolean>();
        var begun = new Gate();
        String result = pool.invokeAny(List.of(() -> {
            throw new IllegalStateException("not this one");
        }, () -> {
            begun.open();
            try {
                new Gate().pass();
                return "never";
            } catch (InterruptedException e) {
                interrupted.complete(true);
                throw e;
            }
        }, () -> {
            begun.pass();
            return "first";
        }));
        assertThat(result).isEqualTo("first");
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void shutting_down_now_hands_back_what_had_not_begun_and_tells_who_waits() throws Exception {
        var begun = new Gate();
        var ran = new AtomicInteger();
        var running = pool.submit(() -> {
            begun.open();
            new Gate().pass();
            return 0;
        });
        begun.pass();
        var queued = Context.root().with(QUERY, "q").call(() -> pool.submit(() -> {
            assertThat(Context.current().get(QUERY)).isEqualTo("q");
            return ran.incrementAndGet();
        }));
        List<Runnable> left = pool.shutdownNow();
        assertThat(left).hasSize(1);
        assertThatThrownBy(queued::get).isInstanceOf(CancellationException.class);
        assertThatThrownBy(running::get).isInstanceOf(CancellationException.class);
        left.getFirst().run();
        assertThat(ran).hasValue(1);
        assertThatThrownBy(() -> pool.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("shut down");
        assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closing_lets_queued_work_finish() throws Exception {
        List<PooledTask<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            all.add(pool.submit(() -> number));
        }
        pool.close();
        assertThat(all).allSatisfy(task -> assertThat(task.status()).isEqualTo(TaskStatus.DONE));
    }

    @Test
    void a_future_that_is_kept_keeps_nothing_of_the_task() throws Exception {
        var held = new AtomicReference<@Nullable WeakReference<Object>>();
        var kept = submitHolding(held);
        kept.get();
        Awaitility.await().until(() -> {
            System.gc();
            WeakReference<Object> value = held.get();
            return value != null && value.get() == null;
        });
        assertThat(kept.isDone()).isTrue();
    }

    private PooledTask<Integer> submitHolding(AtomicReference<@Nullable WeakReference<Object>> held) {
        var value = new Object();
        held.set(new WeakReference<>(value));
        return Context.root().with(HELD, value).call(() -> pool.submit(value::hashCode));
    }

    @Test
    void work_that_is_just_starting_does_not_begin_once_the_pool_was_shut_down_now() throws Exception {
        for (int i = 0; i < 500; i++) {
            try (TaskPool stopping = TaskPool.builder("stopping").concurrency(1).build()) {
                var task = stopping.submit(() -> {
                    new Gate().pass();
                    return "never";
                });
                stopping.shutdownNow();
                assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
                assertThat(stopping.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void tasks_are_known_by_who_submitted_them_not_by_who_waits() throws Exception {
        var alice = of("school", "alice").call(() -> pool.submit(() -> Principal.current().user()));
        String seen = of("school", "bob").call(alice::get);
        assertThat(seen).isEqualTo("alice");
    }

    @Test
    void a_handler_of_failures_that_fails_itself_costs_the_pool_no_worker() throws Exception {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        try (TaskPool one = TaskPool.builder("one").concurrency(1).closing(Duration.ofSeconds(1)).build()) {
            Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
                throw new IllegalStateException("the handler fails", failure);
            });
            one.execute(() -> {
                throw new IllegalArgumentException("the task fails");
            });
            assertThat(one.submit(() -> "the next").get(30, TimeUnit.SECONDS)).isEqualTo("the next");
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void a_pool_that_is_wrapped_to_carry_the_context_is_the_pool() {
        try (TaskPool own = TaskPool.builder("own").build()) {
            assertThat(Context.propagating(own)).isSameAs(own);
        }
    }
}
