package dev.carrel.pool;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.error.DeadlineException;
import dev.carrel.time.ManualTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@Timeout(60)
class TimeLimitTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTime time = new ManualTime();
    private final Gate release = new Gate();
    private TaskPool pool = pool().limit(Duration.ofSeconds(10)).build();

    private TaskPoolBuilder pool() {
        return TaskPool.builder("test").concurrency(1).queue(8).time(time).grace(SECOND);
    }

    private void use(TaskPoolBuilder builder) {
        pool.close();
        pool = builder.build();
    }

    @AfterEach
    void close() {
        release.open();
        pool.close();
        assertThat(pool.isTerminated()).isTrue();
        assertThat(pool.status().total()).matches(PoolStatus.Counts::balanced).matches(PoolStatus.Counts::quiet);
    }

    /** A task that can only be interrupted. */
    private static String waiting(Gate begun, CompletableFuture<Boolean> interrupted) throws InterruptedException {
        begun.open();
        try {
            new Gate().pass();
            return "never";
        } catch (InterruptedException e) {
            interrupted.complete(Cancellation.current().requested());
            throw e;
        }
    }

    private static void assertLate(PooledTask<?> task) {
        assertThat(task).failsWithin(Duration.ofSeconds(10)).withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(DeadlineException.class);
        assertThat(task.status()).isEqualTo(TaskStatus.TIMED_OUT);
    }

    @Test
    void at_the_limit_the_caller_is_free_and_the_work_is_interrupted_and_knows_why() throws Exception {
        var begun = new Gate();
        var interrupted = new CompletableFuture<Boolean>();
        var task = pool.submit(() -> waiting(begun, interrupted));
        begun.pass();
        time.pass(Duration.ofSeconds(9));
        assertThat(task.status()).isEqualTo(TaskStatus.RUNNING);
        time.pass(SECOND);
        assertLate(task);
        assertThat(interrupted.get()).as("its cancellation was requested").isTrue();
        assertThat(pool.status().total().timedOut()).isOne();
    }

    @Test
    void the_caller_is_free_although_the_work_goes_on() throws Exception {
        var begun = new Gate();
        var task = pool.submit(() -> {
            begun.open();
            release.passDeaf();
            return "too late";
        });
        begun.pass();
        time.pass(Duration.ofSeconds(10));
        assertLate(task);
        release.open();
    }

    @Test
    void a_task_may_be_given_less_but_not_more_than_the_pool_allows() throws Exception {
        var begun = new Gate();
        var less = pool.submit(() -> waiting(begun, new CompletableFuture<>()), SECOND);
        begun.pass();
        time.pass(SECOND);
        assertLate(less);
        var begunToo = new Gate();
        var more = pool.submit(() -> waiting(begunToo, new CompletableFuture<>()), Duration.ofDays(1));
        begunToo.pass();
        time.pass(Duration.ofSeconds(10));
        assertLate(more);
    }

    @Test
    void the_limit_counts_from_the_start_and_not_while_the_task_is_queued() throws Exception {
        use(pool());
        var gate = new Gate();
        var first = pool.submit(Executing.passing(gate));
        var second = pool.submit(() -> Deadline.current().orElseThrow().remaining(), SECOND);
        time.pass(Duration.ofMinutes(1));
        gate.open();
        assertThat(first.get()).isEqualTo("passed");
        assertThat(second.get()).isEqualTo(SECOND);
    }

    @Test
    void the_deadline_of_the_context_counts_while_the_task_is_queued_and_then_it_never_runs() throws Exception {
        use(pool());
        var gate = new Gate();
        var ran = new AtomicInteger();
        var begun = new Gate();
        var first = pool.submit(() -> {
            begun.open();
            gate.pass();
            return "passed";
        });
        begun.pass();
        var second = Context.root().withDeadline(Deadline.after(SECOND, time))
                .call(() -> pool.submit(ran::incrementAndGet));
        time.pass(SECOND);
        assertLate(second);
        assertThat(pool.status().total().queued()).isZero();
        gate.open();
        first.get();
        pool.submit(() -> "after it").get();
        assertThat(ran).hasValue(0);
    }

    @Test
    void a_task_sees_the_earlier_of_limit_and_deadline_and_ends_with_it() throws Exception {
        var begun = new Gate();
        var seen = new CompletableFuture<Duration>();
        var task = Context.root().withDeadline(Deadline.after(SECOND, time)).call(() -> pool.submit(() -> {
            seen.complete(Deadline.current().orElseThrow().remaining());
            return waiting(begun, new CompletableFuture<>());
        }));
        begun.pass();
        assertThat(seen.get()).isEqualTo(SECOND);
        time.pass(SECOND);
        assertLate(task);
    }

    @Test
    void what_the_task_submits_has_no_more_time_than_the_task() throws Exception {
        try (TaskPool other = TaskPool.builder("other").time(time).build()) {
            var left = pool.submit(() -> other.submit(() -> Deadline.current().orElseThrow().remaining()).get());
            assertThat(left.get()).isEqualTo(Duration.ofSeconds(10));
        }
    }

    @Test
    void cancelling_what_a_task_is_a_part_of_cancels_the_task() throws Exception {
        var turn = Cancellation.source();
        var begun = new Gate();
        var interrupted = new CompletableFuture<Boolean>();
        Context context = turn.bind(Context.root());
        var running = context.call(() -> pool.submit(() -> waiting(begun, interrupted)));
        var queued = context.call(() -> pool.submit(() -> "never"));
        begun.pass();
        turn.cancel("the user stopped it");
        assertThatThrownBy(running::get).isInstanceOf(CancellationException.class);
        assertThatThrownBy(queued::get).isInstanceOf(CancellationException.class);
        assertThat(interrupted.get()).isTrue();
        var late = context.call(() -> pool.submit(() -> "never"));
        assertThat(late.isCancelled()).isTrue();
    }

    @Test
    void cancelling_without_an_interrupt_lets_the_work_end_by_itself() throws Exception {
        var begun = new Gate();
        var ended = new CompletableFuture<Boolean>();
        var task = pool.submit(() -> {
            begun.open();
            release.pass();
            return ended.complete(Cancellation.current().requested() && !Thread.currentThread().isInterrupted());
        });
        begun.pass();
        assertThat(task.cancel(false)).isTrue();
        assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
        release.open();
        assertThat(ended.get()).isTrue();
    }

    @Test
    void an_interrupt_never_reaches_the_workers_next_task() throws Exception {
        use(TaskPool.builder("test").platform().concurrency(1).queue(8).time(time));
        var begun = new Gate();
        var stopping = new Gate();
        var secondRuns = new Gate();
        var first = pool.submit(() -> {
            // Between the request and the interrupt, this task ends and the next one has its thread.
            Cancellation.current().onRequest(() -> {
                stopping.open();
                secondRuns.passDeaf();
            });
            begun.open();
            stopping.passDeaf();
        });
        begun.pass();
        var second = pool.submit(() -> {
            secondRuns.open();
            return interrupted(release);
        });
        first.cancel(true);
        release.open();
        assertThat(second.get()).isFalse();
    }

    private static boolean interrupted(Gate gate) {
        try {
            gate.pass();
            return Thread.currentThread().isInterrupted();
        } catch (InterruptedException e) {
            return true;
        }
    }

    @Test
    void nor_does_it_when_both_come_at_any_moment() throws Exception {
        use(TaskPool.builder("test").platform().concurrency(1).queue(8).time(time));
        for (int i = 0; i < 2_000; i++) {
            var begun = new Gate();
            var gate = new Gate();
            var first = pool.submit(begun::open);
            var second = pool.submit(() -> interrupted(gate));
            begun.pass();
            first.cancel(true);
            gate.open();
            assertThat(second.get()).isFalse();
        }
    }

    @Test
    void an_interrupt_that_a_task_leaves_behind_is_not_the_next_ones() throws Exception {
        use(TaskPool.builder("test").platform().concurrency(1).queue(8).time(time));
        pool.submit(() -> Thread.currentThread().interrupt()).get();
        assertThat(pool.submit(() -> Thread.currentThread().isInterrupted()).get()).isFalse();
    }

    @Test
    void closing_ends_although_a_task_does_not() throws Exception {
        use(pool().grace(Duration.ofMillis(1)).closing(Duration.ofMillis(1)));
        var begun = new Gate();
        var task = pool.submit(() -> {
            begun.open();
            release.passDeaf();
        });
        begun.pass();
        pool.close();
        assertThat(pool.isTerminated()).isFalse();
        assertThat(pool.status().stuck()).hasSize(1);
        assertThatThrownBy(task::get).isInstanceOf(CancellationException.class);
        release.open();
        assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(pool.status().stuck()).isEmpty();
    }

    @Test
    void who_waits_for_a_future_is_free_although_its_function_is_queued_or_deaf() throws Exception {
        var gate = new Gate();
        var begun = new Gate();
        try (TaskPool one = TaskPool.builder("one").concurrency(1).abandon(0).build()) {
            Context limited = Context.root().withDeadline(Deadline.after(Duration.ofMillis(100)));
            var deaf = limited.call(() -> ContextFuture.runAsync(() -> {
                begun.open();
                gate.passDeaf();
            }, one));
            begun.pass();
            var queued = limited.call(() -> ContextFuture.supplyAsync(() -> "never", one));
            var after = queued.thenApply(answer -> answer + " after it");
            assertThatThrownBy(() -> deaf.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(DeadlineException.class);
            assertThatThrownBy(() -> queued.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(DeadlineException.class);
            assertThatThrownBy(() -> after.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(DeadlineException.class);
            gate.open();
        }
    }
}
