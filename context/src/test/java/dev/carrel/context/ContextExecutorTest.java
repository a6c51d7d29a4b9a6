package dev.carrel.context;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

/** Executors with the context of whoever submits, and with one context for all. */
class ContextExecutorTest {
    private static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
    private static final ContextKey<String> COUNTRY = ContextKey.of("country", Kind.TENANT);
    private static final Context CHEMISTRY = Context.root().with(COURSE, "chemistry").with(COUNTRY, "ch");
    private static final Context PHYSICS = Context.root().with(COURSE, "physics").with(COUNTRY, "ph");

    private static String course() {
        return Context.current().find(COURSE).orElse("none");
    }

    /** Submitted by physics: each task's own where the executor propagates, chemistry's where it is fixed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void every_way_to_submit_runs_in_the_fixed_or_in_the_submitters_context(boolean fixed) throws Exception {
        String expected = fixed ? "chemistry" : "physics";
        try (ScheduledExecutorService pool = fixed
                ? CHEMISTRY.executor(Executors.newScheduledThreadPool(2))
                : Context.propagating(Executors.newScheduledThreadPool(2))) {
            Callable<String> read = ContextExecutorTest::course;
            PHYSICS.<Void, Exception>call(() -> {
                assertThat(pool.submit(read).get()).isEqualTo(expected);
                assertThat(seen(task -> pool.execute(task))).isEqualTo(expected);
                assertThat(seen(task -> {
                    pool.submit(task).get();
                })).isEqualTo(expected);
                assertThat(seen(task -> {
                    assertThat(pool.submit(task, "result").get()).isEqualTo("result");
                })).isEqualTo(expected);
                assertThat(pool.invokeAll(List.of(read, read))).allMatch(one -> one.resultNow().equals(expected));
                assertThat(pool.invokeAll(List.of(read), 30, SECONDS)).allMatch(one -> one.resultNow()
                        .equals(expected));
                assertThat(pool.invokeAny(List.of(read, read))).isEqualTo(expected);
                assertThat(pool.invokeAny(List.of(read), 30, SECONDS)).isEqualTo(expected);
                assertThat(pool.schedule(read, 1, MILLISECONDS).get()).isEqualTo(expected);
                assertThat(seen(task -> {
                    pool.schedule(task, 1, MILLISECONDS).get();
                })).isEqualTo(expected);
                assertThat(course()).as("the submitter's own").isEqualTo("physics");
                return null;
            });
        }
    }

    private interface Submission {
        void submit(Runnable task) throws Exception;
    }

    private static String seen(Submission submission) throws Exception {
        var seen = new CompletableFuture<String>();
        submission.submit(() -> seen.complete(course()));
        return seen.get(30, SECONDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void the_runs_of_a_periodic_task_have_the_tenants_values_and_no_others(boolean rate) throws Exception {
        Authority authority = Authority.named("test");
        Context alice = authority.bind(CHEMISTRY, authority.user("school", "alice", "Alice", java.util.Set.of()));
        try (ScheduledExecutorService pool = Context.propagating(Executors.newSingleThreadScheduledExecutor())) {
            List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
            var three = new CountDownLatch(3);
            Runnable tick = () -> {
                seen.add(course() + Context.current().find(COUNTRY) + Principal.find());
                three.countDown();
            };
            ScheduledFuture<?> periodic = alice.call(() -> rate
                    ? pool.scheduleAtFixedRate(tick, 0, 1, MILLISECONDS)
                    : pool.scheduleWithFixedDelay(tick, 0, 1, MILLISECONDS));
            assertThat(three.await(30, SECONDS)).isTrue();
            periodic.cancel(false);
            assertThat(seen).containsOnly("noneOptional[ch]Optional.empty");
            var asked = new CompletableFuture<String>();
            ScheduledFuture<?> own = alice.call(() -> pool.scheduleAtFixedRate(
                    Context.current().wrap(() -> {
                        asked.complete(Principal.current().user());
                    }), 0, 1, SECONDS));
            assertThat(asked.get(30, SECONDS)).as("asked for by its author").isEqualTo("alice");
            own.cancel(false);
        }
    }

    @Test
    void wrapping_again_changes_nothing() throws Exception {
        try (ExecutorService plain = Executors.newSingleThreadExecutor()) {
            ExecutorService once = Context.propagating(plain);
            assertThat(Context.propagating(once)).isSameAs(once);
            Runnable task = CHEMISTRY.wrap(() -> {});
            assertThat(PHYSICS.wrap(task)).isSameAs(task);
            assertThat(PHYSICS.call(() -> seen(seen -> once.execute(CHEMISTRY.wrap(seen))))).isEqualTo("chemistry");
        }
    }

    @Test
    void the_workers_of_a_pool_inherit_nothing_from_whoever_came_first() throws Exception {
        ThreadFactory factory = Context.oneTaskThreads(Thread.ofPlatform().factory());
        try (var pool = new ThreadPoolExecutor(1, 2, 1, SECONDS, new LinkedBlockingQueue<>(1), factory);
                var handing = new ThreadPoolExecutor(0, 8, 1, SECONDS, new SynchronousQueue<>(), factory)) {
            for (ExecutorService plain : List.of(pool, handing)) {
                Future<String> first = CHEMISTRY.call(() -> plain.submit(ContextExecutorTest::course));
                assertThat(first.get(30, SECONDS)).as("a plain pool carries nothing").isEqualTo("none");
                assertThat(PHYSICS.call(() -> plain.submit(ContextExecutorTest::course)).get()).isEqualTo("none");
                assertThat(plain.submit(ContextExecutorTest::course).get()).isEqualTo("none");
                assertThat(PHYSICS.call(() -> Context.propagating(plain).submit(ContextExecutorTest::course)).get())
                        .isEqualTo("physics");
            }
        }
    }

    @Test
    void a_thread_for_one_task_has_the_context_of_whoever_made_it() throws Exception {
        var seen = new CompletableFuture<String>();
        Thread thread = CHEMISTRY.call(() -> Context.oneTaskThreads(Thread.ofVirtual().factory())
                .newThread(() -> seen.complete(course())));
        PHYSICS.run(thread::start);
        assertThat(seen.get(30, SECONDS)).isEqualTo("chemistry");
    }

    @Test
    void threads_of_carrel_inherit_no_thread_locals() throws Exception {
        var inheritable = new InheritableThreadLocal<String>();
        inheritable.set("the caller's");
        try (ExecutorService virtual = Context.virtualThreads()) {
            Future<Boolean> clean = virtual.submit(() -> inheritable.get() == null);
            assertThat(clean.get()).isTrue();
        } finally {
            inheritable.remove();
        }
    }

    /** Records what it is asked to do. */
    private static final class Recording extends AbstractExecutorService {
        private final List<String> calls = new ArrayList<>();

        @Override
        public void execute(Runnable task) {
            calls.add("execute");
        }

        @Override
        public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) {
            calls.add("invokeAll");
            return List.of();
        }

        @Override
        public void shutdown() {
            calls.add("shutdown");
        }

        @Override
        public List<Runnable> shutdownNow() {
            calls.add("shutdownNow");
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            calls.add("isShutdown");
            return true;
        }

        @Override
        public boolean isTerminated() {
            calls.add("isTerminated");
            return true;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            calls.add("awaitTermination");
            return true;
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    @Test
    void what_an_executor_overrides_is_called() throws Exception {
        var recording = new Recording();
        ExecutorService executor = Context.propagating(recording);
        executor.execute(() -> {});
        assertThat(executor.invokeAll(List.<Callable<String>>of())).isEmpty();
        executor.shutdown();
        assertThat(executor.shutdownNow()).isEmpty();
        assertThat(executor.isShutdown()).isTrue();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(executor.awaitTermination(1, SECONDS)).isTrue();
        executor.close();
        assertThat(recording.calls).containsExactly("execute", "invokeAll", "shutdown", "shutdownNow", "isShutdown",
                "isTerminated", "awaitTermination", "close");
    }
}
