package dev.carrel.benchmarks.soak;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import dev.carrel.context.Context;

/** Executors, schedulers, threads, and callers that run what was refused. */
final class ExecutorHops implements AutoCloseable {
    private static final int QUEUE = 10_000;

    private final ExecutorService pool;
    private final ExecutorService small;
    private final ScheduledExecutorService timers;
    private final ExecutorService propagating;
    private final ScheduledExecutorService scheduled;
    private final ExecutorService virtual = Context.virtualThreads();
    private final ThreadFactory threads = Context.oneTaskThreads(Thread.ofVirtual().factory());

    ExecutorHops(Watched watched) {
        pool = watched.pool("soak-", 4, QUEUE);
        small = watched.pool("soak-small-", 1, 1);
        timers = watched.scheduler("soak-timer-", 2);
        propagating = Context.propagating(pool);
        scheduled = Context.propagating(timers);
    }

    List<Hop> all() {
        return List.of(new Hop("executor: execute", this::execute),
                new Hop("executor: submit", round -> round.join(round.each(() -> propagating.submit(round::errand)))),
                new Hop("executor: invokeAll", round -> round.join(propagating.invokeAll(tasks(round)))),
                new Hop("executor: invokeAny", round -> propagating.invokeAny(List.of(round::errand))),
                new Hop("executor of another's context", round -> forAnother(round, pool)),
                // One thread and one place: most are run by the caller, in the middle of this user's round.
                new Hop("caller runs another's task", round -> forAnother(round, small)),
                new Hop("virtual threads", round -> round.join(virtual.invokeAll(tasks(round)))),
                new Hop("thread factory", this::start),
                new Hop("scheduled once", round -> round.join(
                        round.each(() -> scheduled.schedule(round::errand, 10, TimeUnit.MICROSECONDS)))),
                new Hop("periodic (sees nobody)", this::periodic));
    }

    private static List<Callable<User>> tasks(Round round) {
        return round.each(() -> round::errand);
    }

    private void execute(Round round) throws Exception {
        CountDownLatch done = new CountDownLatch(Round.SIZE);
        round.each(() -> done).forEach(latch -> propagating.execute(() -> {
            round.errand();
            latch.countDown();
        }));
        round.await(done);
    }

    private void start(Round round) throws Exception {
        CountDownLatch done = new CountDownLatch(Round.SIZE);
        round.each(() -> threads.newThread(() -> {
            round.errand();
            done.countDown();
        })).forEach(Thread::start);
        round.await(done);
    }

    private static void forAnother(Round round, ExecutorService executor) throws Exception {
        User other = round.another();
        ExecutorService theirs = other.context().executor(executor);
        round.join(round.each(() -> theirs.submit(() -> round.errandFor(other))));
    }

    private void periodic(Round round) throws Exception {
        CountDownLatch runs = new CountDownLatch(Round.SIZE);
        ScheduledFuture<?> task = scheduled.scheduleAtFixedRate(() -> {
            if (runs.getCount() > 0) {
                round.errandFor(User.NOBODY);
                runs.countDown();
            }
        }, 0, 10, TimeUnit.MICROSECONDS);
        round.await(runs);
        task.cancel(false);
    }

    @Override
    public void close() {
        virtual.close();
        pool.shutdownNow();
        small.shutdownNow();
        timers.shutdownNow();
    }
}
