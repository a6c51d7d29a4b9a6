package dev.carrel.benchmarks.soak;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.carrel.context.Context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The short form of {@code benchmarks/soak}, and that it would notice. */
class SoakTest {
    private final Watched watched = new Watched();
    private final ThreadPoolExecutor pool = watched.pool("test-", 2, 1_000);

    @AfterEach
    void close() {
        pool.shutdownNow();
    }

    private Soak.Result drive(List<Hop> hops, long target) throws Exception {
        return new Soak(hops, watched, 100, target, Duration.ofMinutes(2)).run(2);
    }

    @Test
    void half_a_million_mixed_hops_lose_nobody_and_show_nobody_another() throws Exception {
        try (Hops all = new Hops(watched)) {
            Soak.Result result = drive(all.all(), 500_000);

            assertThat(result.hops()).isGreaterThanOrEqualTo(500_000);
            assertThat(result.ledgers()).allSatisfy(ledger -> {
                assertThat(ledger.hops()).as(ledger.name()).isPositive();
                assertThat(ledger.losses()).as(ledger.name()).isZero();
                assertThat(ledger.leaks()).as(ledger.name()).isZero();
            });
            assertThat(result.strays()).isZero();
            assertThat(result.clean()).isTrue();
        }
    }

    @Test
    void a_hop_that_carries_nothing_is_counted_as_losses() throws Exception {
        Soak.Result result = drive(List.of(new Hop("a pool as it is", round -> submit(pool, round::errand))), 1_000);

        assertThat(result.losses()).isPositive();
        assertThat(result.leaks()).isZero();
        assertThat(result.clean()).isFalse();
    }

    @Test
    void a_hop_that_runs_as_somebody_else_is_counted_as_leaks() throws Exception {
        User intruder = User.arrives();
        ExecutorService theirs = intruder.context().executor(pool);
        Soak.Result result = drive(List.of(new Hop("always the same", round -> submit(theirs, round::errand))), 1_000);

        assertThat(result.leaks()).isPositive();
        assertThat(result.losses()).isZero();
        assertThat(result.clean()).isFalse();
    }

    @Test
    void a_worker_that_is_not_at_the_root_outside_tasks_is_counted() throws Exception {
        User resident = User.arrives();
        ThreadPoolExecutor inherited = watched.pool("inherited-", 1, 1_000);
        inherited.setThreadFactory(task -> new Thread(resident.context().wrap(task)));
        ExecutorService propagating = Context.propagating(inherited);
        try {
            Soak.Result result = drive(List.of(new Hop("a worker with a context",
                    round -> submit(propagating, round::errand))), 1_000);

            assertThat(result.strays()).isPositive();
            assertThat(result.leaks()).isZero();
            assertThat(result.clean()).isFalse();
        } finally {
            inherited.shutdownNow();
        }
    }

    @Test
    void a_hop_that_fails_ends_the_run() {
        assertThatThrownBy(() -> drive(List.of(new Hop("broken", round -> {
            throw new IllegalStateException("broken");
        })), 1_000)).isInstanceOf(ExecutionException.class).hasRootCauseMessage("broken");
    }

    @Test
    void a_run_that_takes_too_long_is_incomplete() throws Exception {
        Soak.Result result = new Soak(List.of(new Hop("none", round -> round.errand())), watched, 10, Long.MAX_VALUE,
                Duration.ofMillis(1)).run(1);

        assertThat(result.complete()).isFalse();
        assertThat(result.clean()).isTrue();
    }

    private static void submit(ExecutorService executor, Callable<User> task) throws Exception {
        executor.submit(task).get(1, TimeUnit.MINUTES);
    }
}
