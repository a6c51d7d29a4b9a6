package dev.carrel.tck.context;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The four ways to schedule. */
final class ScheduledHops {
    private ScheduledHops() {}

    static List<Hop> of(ScheduledContract contract) {
        return List.of(
                ExecutorHops.hop(contract, "schedule(Runnable)",
                        (executor, task, limit) -> ExecutorHops.handed(((ScheduledExecutorService) executor)
                                .schedule(ExecutorHops.runnable(task), 1, TimeUnit.MILLISECONDS), limit)),
                ExecutorHops.hop(contract, "schedule(Callable)",
                        (executor, task, limit) -> ExecutorHops.handed(((ScheduledExecutorService) executor)
                                .schedule(task, 1, TimeUnit.MILLISECONDS), limit)),
                ExecutorHops.hop(contract, "scheduleAtFixedRate",
                        (executor, task, limit) -> periodic(limit, twice -> ((ScheduledExecutorService) executor)
                                .scheduleAtFixedRate(twice.around(ExecutorHops.runnable(task)), 0, 1,
                                        TimeUnit.MILLISECONDS)))
                        .expecting(contract::expectedOfPeriodic),
                ExecutorHops.hop(contract, "scheduleWithFixedDelay",
                        (executor, task, limit) -> periodic(limit, twice -> ((ScheduledExecutorService) executor)
                                .scheduleWithFixedDelay(twice.around(ExecutorHops.runnable(task)), 0, 1,
                                        TimeUnit.MILLISECONDS)))
                        .expecting(contract::expectedOfPeriodic));
    }

    /** Counts the first two runs: a period that loses the context may do so only after the first. */
    private static final class Twice {
        private final CountDownLatch runs = new CountDownLatch(2);

        Runnable around(Runnable task) {
            return () -> {
                if (runs.getCount() > 0) {
                    task.run();
                    runs.countDown();
                }
            };
        }
    }

    /** Sets a periodic task up. */
    private interface Scheduling {
        ScheduledFuture<?> start(Twice twice);
    }

    private static Handed periodic(Duration limit, Scheduling scheduling) {
        var twice = new Twice();
        ScheduledFuture<?> future = scheduling.start(twice);
        return new Handed() {
            private boolean asked;

            @Override
            public void await() throws Exception {
                long end = System.nanoTime() + limit.toNanos();
                while (twice.runs.getCount() > 0) {
                    if (ended(future, asked)) {
                        return;
                    }
                    if (System.nanoTime() - end > 0) {
                        throw new TimeoutException("a periodic task did not run twice");
                    }
                }
                future.cancel(false);
            }

            @Override
            public void cancel() {
                asked = true;
                future.cancel(true);
            }
        };
    }

    /** Waits a moment for the end of the task, which comes only if it fails, is cancelled or its executor shuts down. */
    private static boolean ended(ScheduledFuture<?> future, boolean asked)
            throws ExecutionException, InterruptedException {
        try {
            future.get(1, TimeUnit.MILLISECONDS);
            return true;
        } catch (CancellationException e) {
            if (asked) {
                throw e;
            }
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }
}
