package dev.carrel.benchmarks.soak;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import dev.carrel.pool.TaskPool;
import dev.carrel.time.TimeSource;

/** Task pools, nested ones too, and timers. */
final class PoolHops implements AutoCloseable {
    private final TaskPool virtual = TaskPool.builder("soak-virtual").concurrency(4).queue(10_000).build();
    private final TaskPool platform = TaskPool.builder("soak-platform").platform().concurrency(2).queue(10_000)
            .submitTraces(false).build();

    List<Hop> all() {
        return List.of(
                new Hop("task pool, virtual: submit",
                        round -> round.join(round.each(() -> virtual.submit(round::errand)))),
                new Hop("task pool, platform: submit",
                        round -> round.join(round.each(() -> platform.submit(round::errand)))),
                new Hop("task pool: invokeAll", round -> {
                    List<Callable<User>> tasks = round.each(() -> round::errand);
                    round.join(platform.invokeAll(tasks));
                }),
                new Hop("task pool: a task that waits for its own", this::nested),
                new Hop("timer (sees nobody)", PoolHops::timer));
    }

    /** Deadlock-free by running inline where no slot is free; the two pools call each other as well. */
    private void nested(Round round) throws Exception {
        round.join(round.each(() -> virtual.submit(() -> {
            round.errand();
            platform.submit(() -> virtual.submit(round::errand).get()).get();
            return platform.submit(round::errand).get();
        })));
    }

    private static void timer(Round round) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(Round.SIZE);
        for (int i = 0; i < Round.SIZE; i++) {
            TimeSource.system().after(Duration.ZERO, () -> {
                round.errandFor(User.NOBODY);
                done.countDown();
            });
        }
        round.await(done);
    }

    @Override
    public void close() {
        virtual.close();
        platform.close();
    }
}
