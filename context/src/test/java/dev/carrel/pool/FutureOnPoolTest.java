package dev.carrel.pool;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.context.Authority;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;

import static org.assertj.core.api.Assertions.assertThat;

/** The function of a future is a task of the pool that it runs on, at once or after a delay. */
@Timeout(60)
class FutureOnPoolTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Authority TEST = Authority.named("test");
    private static final Context AS_ALICE = TEST.bind(Context.root(), TEST.user("school", "alice", "Alice", Set.of()));

    private final TaskPool pool = TaskPool.builder("test").concurrency(1).queue(1).limit(Duration.ofMinutes(1))
            .closing(Duration.ofSeconds(1)).grace(Duration.ofSeconds(1)).build();
    private final Gate begun = new Gate();
    private final Gate gate = new Gate();

    @AfterEach
    void close() {
        gate.open();
        pool.close();
        assertThat(counts()).matches(PoolStatus.Counts::balanced).matches(PoolStatus.Counts::quiet);
    }

    private PoolStatus.Counts counts() {
        return pool.status().total();
    }

    private String pass() {
        begun.open();
        try {
            gate.pass();
            return "passed";
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }

    /** Takes the only slot. */
    private void occupy() throws InterruptedException {
        pool.execute(this::pass);
        begun.pass();
    }

    private Executor on(boolean delayed) {
        return delayed ? ContextFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, pool) : pool;
    }

    private void awaitQueued() {
        Awaitility.await().until(() -> counts().queued() == 1);
    }

    private static String fails() {
        throw new IllegalStateException("meant to");
    }

    private static List<SubmitTrace> traces(Throwable failure) {
        return Arrays.stream(Objects.requireNonNull(failure.getCause()).getSuppressed())
                .filter(SubmitTrace.class::isInstance).map(SubmitTrace.class::cast).toList();
    }

    @Test
    void a_function_that_fails_is_a_failed_task_and_tells_where_it_was_submitted() throws Exception {
        List<SubmitTrace> seen = ContextFuture.supplyAsync(FutureOnPoolTest::fails, pool)
                .handle((value, failure) -> traces(failure)).get();
        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst().getStackTrace()[0].getMethodName())
                .isEqualTo("a_function_that_fails_is_a_failed_task_and_tells_where_it_was_submitted");
        pool.close();
        assertThat(counts().failed()).isEqualTo(1);
        assertThat(counts().done()).isZero();
    }

    @Test
    void a_dependent_that_fails_is_a_failed_task_too() {
        var source = new ContextFuture<String>();
        ContextFuture<String> dependent = source.thenApplyAsync(value -> fails(), pool);
        source.complete("");
        assertThat(dependent).failsWithin(SOON);
        pool.close();
        assertThat(counts().failed()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_stage_that_is_cancelled_leaves_the_queue(boolean delayed) throws Exception {
        occupy();
        var ran = new AtomicBoolean();
        ContextFuture<Void> queued = ContextFuture.runAsync(() -> ran.set(true), on(delayed));
        awaitQueued();
        queued.cancel(false);
        assertThat(counts().queued()).isZero();
        assertThat(counts().cancelled()).isEqualTo(1);
        assertThat(pool.submit(() -> "there is room again")).isNotNull();
        gate.open();
        pool.close();
        assertThat(ran).isFalse();
        assertThat(counts().done()).isEqualTo(2);
    }

    @Test
    void a_stage_that_is_cancelled_while_its_function_runs_is_a_cancelled_task() throws Exception {
        var seen = new CompletableFuture<String>();
        ContextFuture<String> running = ContextFuture.supplyAsync(() -> {
            String how = pass();
            seen.complete(how + ", told: " + Cancellation.current().requested());
            return how;
        }, pool);
        begun.pass();
        running.cancel(true);
        assertThat(seen).succeedsWithin(SOON).isEqualTo("interrupted, told: true");
        assertThat(counts().cancelled()).isEqualTo(1);
    }

    @Test
    void a_function_that_ended_by_itself_is_done_whatever_watches_its_stage() {
        ContextFuture<String> limited = ContextFuture.supplyAsync(() -> "done", pool).orTimeout(1, TimeUnit.MINUTES);
        assertThat(limited).succeedsWithin(SOON);
        pool.close();
        assertThat(counts().done()).isEqualTo(1);
    }

    @Test
    void what_is_delayed_is_its_tenants_and_under_the_pools_limit() throws Exception {
        var deadline = new CompletableFuture<Optional<Deadline>>();
        AS_ALICE.run(() -> on(true).execute(() -> deadline.complete(Deadline.current())));
        assertThat(deadline.get()).isPresent();
        assertThat(AS_ALICE.call(() -> ContextFuture.supplyAsync(Deadline::current, on(true))).get()).isPresent();
        assertThat(pool.status().tenant("school").orElseThrow().submitted()).isEqualTo(2);
        assertThat(pool.status().background().submitted()).isZero();
    }

    @Test
    void what_is_delayed_ends_with_the_work_that_it_is_a_part_of() throws Exception {
        occupy();
        Cancellation.Source owner = Cancellation.source();
        ContextFuture<String> queued = owner.bind(AS_ALICE).call(() -> ContextFuture.supplyAsync(this::pass, on(true)));
        awaitQueued();
        owner.cancel("no longer wanted");
        assertThat(queued).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(CancellationException.class);
    }

    @Test
    void what_is_delayed_and_dropped_by_the_pool_is_told_to_who_waits() throws Exception {
        occupy();
        ContextFuture<String> queued = ContextFuture.supplyAsync(this::pass, on(true));
        awaitQueued();
        assertThat(pool.shutdownNow()).hasSize(1);
        assertThat(queued).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(CancellationException.class);
    }

    @Test
    void what_is_delayed_and_refused_by_the_pool_is_told_to_who_waits() throws Exception {
        occupy();
        pool.execute(() -> {});
        assertThat(ContextFuture.supplyAsync(this::pass, on(true))).failsWithin(SOON).withThrowableThat()
                .withCauseInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void what_a_task_delays_on_its_own_pool_runs_beside_it_and_does_not_hold_up_the_clock() {
        var ran = pool.submit(() -> ContextFuture.supplyAsync(() -> {
            CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, Runnable::run).execute(gate::open);
            return pass();
        }, on(true)).join());
        assertThat(ran).succeedsWithin(SOON).isEqualTo("passed");
    }
}
