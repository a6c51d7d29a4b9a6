package dev.carrel.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

/** What runs around a task of a pool, and what is done with a task more than once. */
@Timeout(60)
class PoolHooksTest {
    private static final ContextKey<String> COURSE = ContextKey.withDefault("course", Kind.SESSION, "none");
    private static final ContextKey<String> COUNTRY = ContextKey.withDefault("country", Kind.TENANT, "none");
    private static final Context CHEMISTRY = Context.root().with(COURSE, "chemistry").with(COUNTRY, "ch");
    private static final Context PHYSICS = Context.root().with(COURSE, "physics").with(COUNTRY, "ph");

    private static String course() {
        return Context.current().get(COURSE);
    }

    /** Notes what each hook sees, on the worker. */
    private static final class Hooked extends ThreadPoolExecutor {
        private final List<String> seen = new CopyOnWriteArrayList<>();

        Hooked() {
            super(1, 1, 1, SECONDS, new LinkedBlockingQueue<>());
        }

        @Override
        protected void beforeExecute(Thread worker, Runnable task) {
            seen.add("before: " + course());
            super.beforeExecute(worker, task);
        }

        @Override
        protected void afterExecute(Runnable task, @Nullable Throwable failure) {
            super.afterExecute(task, failure);
            seen.add("after: " + course() + (failure == null ? "" : " " + failure.getMessage()));
        }

        @Override
        protected void terminated() {
            super.terminated();
            seen.add("terminated: " + course());
        }
    }

    @Test
    void the_hooks_of_a_pool_belong_to_nobody_and_are_told_of_failures_as_ever() {
        var pool = new Hooked();
        Thread.UncaughtExceptionHandler quiet = (thread, failure) -> pool.seen.add("uncaught: " + course());
        pool.setThreadFactory(task -> {
            Thread thread = new Thread(task);
            thread.setUncaughtExceptionHandler(quiet);
            return thread;
        });
        try (ExecutorService executor = Context.propagating(pool)) {
            CHEMISTRY.run(() -> executor.execute(() -> pool.seen.add("task: " + course())));
            PHYSICS.run(() -> executor.execute(() -> {
                pool.seen.add("task: " + course());
                throw new IllegalStateException("failed");
            }));
        }
        // The end is told by two threads, in either order, and perhaps by one of them only after it.
        List<String> seen = List.copyOf(pool.seen);
        assertThat(seen.subList(0, 6)).containsExactly("before: none", "task: chemistry", "after: none",
                "before: none", "task: physics", "after: none failed");
        assertThat(seen.subList(6, seen.size())).contains("terminated: none")
                .allMatch(end -> end.endsWith(": none"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_periodic_runs_of_one_contexts_scheduler_have_its_tenants_values(boolean rate) throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        var three = new CountDownLatch(3);
        Runnable tick = () -> {
            seen.add(course() + " " + Context.current().get(COUNTRY));
            three.countDown();
        };
        try (ScheduledExecutorService pool = CHEMISTRY.executor(Executors.newSingleThreadScheduledExecutor())) {
            ScheduledFuture<?> periodic = PHYSICS.call(() -> rate
                    ? pool.scheduleAtFixedRate(tick, 0, 1, MILLISECONDS)
                    : pool.scheduleWithFixedDelay(tick, 0, 1, MILLISECONDS));
            assertThat(three.await(30, SECONDS)).isTrue();
            periodic.cancel(false);
        }
        assertThat(seen).containsOnly("none ch");
    }

    @Test
    void an_executor_of_one_context_stays_that_when_it_is_made_to_propagate() throws Exception {
        try (ExecutorService fixed = CHEMISTRY.executor(Executors.newSingleThreadExecutor());
                ScheduledExecutorService timed = CHEMISTRY.executor(Executors.newSingleThreadScheduledExecutor())) {
            assertThat(Context.propagating(fixed)).isSameAs(fixed);
            assertThat(Context.propagating(timed)).isSameAs(timed);
            assertThat(Context.propagating((ExecutorService) timed)).isSameAs(timed);
            assertThat(PHYSICS.call(() -> fixed.submit(PoolHooksTest::course).get())).isEqualTo("chemistry");
        }
    }

    @Test
    void what_was_wrapped_may_be_called_again_and_at_once_and_is_always_its_own() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        var inside = new CountDownLatch(2);
        Callable<String> wrapped = CHEMISTRY.wrap(() -> {
            Context.current().with(COURSE, "changed").run(() -> seen.add(course()));
            inside.countDown();
            assertThat(inside.await(30, SECONDS)).isTrue();
            return course();
        });
        var other = new CompletableFuture<String>();
        Thread thread = Thread.ofVirtual().start(PHYSICS.wrap(() -> {
            try {
                other.complete(wrapped.call() + " " + course());
            } catch (Exception e) {
                other.completeExceptionally(e);
            }
        }));
        List<String> mine = new ArrayList<>(List.of(wrapped.call()));
        thread.join();
        mine.add(PHYSICS.call(() -> wrapped.call() + " " + course()));
        assertThat(other.get(30, SECONDS)).isEqualTo("chemistry physics");
        assertThat(mine).containsExactly("chemistry", "chemistry physics");
        assertThat(seen).containsExactly("changed", "changed", "changed");
        assertThat(Context.current().isRoot()).isTrue();
    }

    @Test
    void the_same_context_and_the_same_principal_may_be_bound_within_themselves() {
        Authority login = Authority.named("login");
        Context alice = login.bind(CHEMISTRY, login.user("school", "alice", "Alice", Set.of()));
        alice.run(() -> {
            alice.run(() -> assertThat(Context.current()).isSameAs(alice));
            assertThat(Context.current()).isSameAs(alice);
            login.bind(Context.current(), Principal.current())
                    .run(() -> assertThat(course() + " " + Principal.current()).isEqualTo("chemistry school/alice"));
            assertThat(Context.current()).isSameAs(alice);
        });
        assertThat(Context.current().isRoot()).isTrue();
    }
}
