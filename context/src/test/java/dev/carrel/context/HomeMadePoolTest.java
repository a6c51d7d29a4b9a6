package dev.carrel.context;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A pool of a class that nobody knows, and the threads that it is given. */
class HomeMadePoolTest {
    private static final ContextKey<String> WHO = ContextKey.withDefault("who", Kind.USER, "nobody");
    private static final Context ALICE = Context.root().with(WHO, "alice");
    private static final Context BOB = Context.root().with(WHO, "bob");
    private static final ThreadFactory PLAIN = Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false)
            .factory();

    private static String who() {
        return Context.current().get(WHO);
    }

    /** One worker, made when the first task comes, as pools do. */
    private static final class HomeMade extends AbstractExecutorService {
        private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private final ThreadFactory threads;
        private @Nullable Thread worker;

        HomeMade(ThreadFactory threads) {
            this.threads = threads;
        }

        @Override
        public synchronized void execute(Runnable task) {
            tasks.add(task);
            if (worker == null) {
                worker = threads.newThread(this::work);
                worker.start();
            }
        }

        private void work() {
            try {
                while (true) {
                    tasks.take().run();
                }
            } catch (InterruptedException e) {
                // shut down
            }
        }

        @Override
        public synchronized void shutdown() {
            if (worker != null) {
                worker.interrupt();
            }
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown();
            return List.of();
        }

        @Override
        public synchronized boolean isShutdown() {
            return worker != null && worker.isInterrupted();
        }

        @Override
        public synchronized boolean isTerminated() {
            return worker == null || !worker.isAlive();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            Thread last = worker;
            return last == null || last.join(Duration.of(timeout, unit.toChronoUnit()));
        }
    }

    private static String asked(Context submitter, ExecutorService pool) throws Exception {
        return submitter.call(() -> pool.submit(HomeMadePoolTest::who)).get(10, TimeUnit.SECONDS);
    }

    @Test
    void with_a_plain_factory_its_plain_tasks_are_nobodys_and_through_propagating_each_is_its_submitters()
            throws Exception {
        try (var pool = new HomeMade(PLAIN)) {
            assertThat(asked(ALICE, pool)).isEqualTo("nobody");
            assertThat(asked(BOB, pool)).isEqualTo("nobody");
            assertThat(asked(BOB, Context.propagating(pool))).isEqualTo("bob");
            assertThat(asked(Context.root(), Context.propagating(pool))).isEqualTo("nobody");
        }
    }

    /** The limit that the Javadoc of {@link Context#oneTaskThreads} tells of: this factory is not for such a pool. */
    @Test
    void with_threads_of_one_task_its_plain_tasks_see_whoever_came_first_and_only_through_propagating_their_own()
            throws Exception {
        try (var pool = new HomeMade(Context.oneTaskThreads(PLAIN))) {
            assertThat(asked(ALICE, pool)).isEqualTo("alice");
            assertThat(asked(BOB, pool)).as("what the factory is not for").isEqualTo("alice");
            assertThat(asked(BOB, Context.propagating(pool))).isEqualTo("bob");
            assertThat(asked(Context.root(), Context.propagating(pool))).isEqualTo("nobody");
        }
    }
}
