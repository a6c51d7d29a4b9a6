package dev.carrel.context;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** G3: a task sees exactly the context captured for it, or the root: never what its thread was in the middle of. */
class G3CaptureTest {
    private static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);

    @Test
    void a_task_that_the_submitter_of_another_runs_sees_its_own_context() throws Exception {
        var gate = new CountDownLatch(1);
        try (ExecutorService executor = Context.propagating(new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(1), new ThreadPoolExecutor.CallerRunsPolicy()))) {
            executor.execute(() -> await(gate));
            executor.execute(() -> {});
            Runnable task = Context.root().with(COURSE, "chemistry").wrap(() -> {});
            var seen = new CompletableFuture<String>();
            // Refused by the full pool, so it runs here, in the middle of physics.
            Context.root().with(COURSE, "physics").run(() -> executor
                    .execute(Context.root().with(COURSE, "chemistry").wrap(() -> {
                        seen.complete(Context.current().get(COURSE));
                    })));
            assertThat(seen.get()).isEqualTo("chemistry");
            var root = new CompletableFuture<Boolean>();
            Runnable fromRoot = Context.root().wrap(() -> {
                root.complete(Context.current().isRoot());
            });
            Context.root().with(COURSE, "physics").run(fromRoot);
            assertThat(root.get()).isTrue();
            task.run();
            gate.countDown();
        }
    }

    @Test
    void a_worker_keeps_nothing_of_the_task_before() throws Exception {
        try (ExecutorService executor = Context.propagating(Executors.newFixedThreadPool(1))) {
            Context.root().with(COURSE, "chemistry").run(() -> executor.execute(() -> {}));
            assertThat(executor.submit(() -> Context.current().isRoot()).get()).isTrue();
        }
    }

    @Test
    void a_worker_that_a_task_started_inherits_nothing() throws Exception {
        try (ExecutorService executor = Context.propagating(Executors.newCachedThreadPool())) {
            var first = Context.root().with(COURSE, "chemistry")
                    .call(() -> executor.submit(() -> Context.current().get(COURSE)));
            assertThat(first.get()).isEqualTo("chemistry");
            assertThat(executor.submit(() -> Context.current().find(COURSE).isPresent()).get()).isFalse();
        }
    }

    @Test
    void a_plain_thread_starts_at_the_root() throws Exception {
        var root = new CompletableFuture<Boolean>();
        Context.root().with(COURSE, "chemistry").run(() -> {
            Thread.ofVirtual().start(() -> root.complete(Context.current().isRoot()));
        });
        assertThat(root.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
