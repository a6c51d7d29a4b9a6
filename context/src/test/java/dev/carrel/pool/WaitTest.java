package dev.carrel.pool;

import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** Workers that wait for tasks which they did not submit themselves. */
@Timeout(60)
class WaitTest {
    private static TaskPool pool(String name) {
        return TaskPool.builder(name).concurrency(1).closing(Duration.ofSeconds(5)).grace(Duration.ofSeconds(1))
                .build();
    }

    @Test
    void a_worker_that_waits_for_a_queued_task_of_another_runs_it_itself() throws Exception {
        try (TaskPool pool = pool("one")) {
            var queued = new AtomicReference<Future<String>>();
            var ready = new Gate();
            var first = pool.submit(() -> {
                ready.pass();
                return queued.get().get();
            });
            queued.set(pool.submit(() -> "queued behind the one that waits for it"));
            ready.open();
            assertThat(first.get()).startsWith("queued");
        }
    }

    @Test
    void two_pools_whose_tasks_wait_for_tasks_of_each_other_go_on() throws Exception {
        try (TaskPool one = pool("one"); TaskPool two = pool("two")) {
            var bothRun = new CyclicBarrier(2);
            var first = one.submit(() -> {
                bothRun.await();
                return two.submit(() -> "of two").get();
            });
            var second = two.submit(() -> {
                bothRun.await();
                return one.submit(() -> "of one").get();
            });
            assertThat(first).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("of two");
            assertThat(second).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("of one");
        }
    }
}
