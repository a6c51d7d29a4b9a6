package dev.carrel.tck.context;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.Assertions;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.error.CancelledException;
import dev.carrel.error.DeadlineException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;

import static dev.carrel.tck.context.Asker.ALICE;
import static dev.carrel.tck.context.Asker.BOB;
import static dev.carrel.tck.context.Asker.CAROL;
import static dev.carrel.tck.context.Trial.as;
import static dev.carrel.tck.context.Trial.asNobody;
import static dev.carrel.tck.context.Trial.assertThrown;

/** What happens in each {@link Cell}, the same for every hop. */
final class Cells {
    /** Short: the task waits for it, whatever it is. */
    private static final Duration LIMIT = Duration.ofMillis(20);
    /** Cancels that meet a task at any moment of its life. */
    private static final int RACES = 50;

    private Cells() {}

    static void run(Cell cell, Hop hop) throws Exception {
        Subject.Setting setting = switch (cell) {
            case REJECTION -> Subject.Setting.FULL;
            case CALLER_RUNS -> Subject.Setting.CALLER_RUNS;
            default -> Subject.Setting.ROOMY;
        };
        try (var trial = new Trial(hop, setting)) {
            switch (cell) {
                case NORMAL -> normal(trial);
                case EXCEPTION -> exception(hop, trial);
                case CANCEL -> cancel(hop, trial);
                case TIME_OUT -> timeOut(hop, trial);
                case REJECTION -> rejection(trial);
                case SHUTDOWN -> shutdown(trial);
                case CALLER_RUNS -> callerRuns(trial);
            }
        }
        if (cell == Cell.NORMAL) {
            try (var trial = new Trial(hop, setting)) {
                withdrawn(hop, trial);
            }
        }
        if (cell == Cell.SHUTDOWN) {
            try (var trial = new Trial(hop, setting)) {
                shutdownNow(trial);
            }
        }
    }

    private static void normal(Trial trial) throws Exception {
        trial.follow(ALICE);
        trial.follow(BOB);
        trial.followAsNobody();
        trial.follow(ALICE);
        as(BOB, () -> {
            trial.follow(ALICE);
            trial.followAsNobody();
            return true;
        });
        var wrapped = Probe.quick();
        as(BOB, () -> {
            trial.subject().start(byHand(wrapped), Probe.PATIENCE).await();
            return true;
        });
        Assertions.assertTrue(wrapped.left(), "the task that was wrapped by hand never ended");
        Assertions.assertEquals(Seen.of(ALICE.context()), wrapped.seen().getFirst(),
                "what a task sees that alice wrapped by hand and bob handed over");
        trial.assertClean();
    }

    /** A context that is cancelled while its task runs: the task learns of it, and nobody else does. */
    private static void withdrawn(Hop hop, Trial trial) throws Exception {
        Cancellation.Source owner = Cancellation.source();
        Context mine = owner.bind(ALICE.context());
        Probe probe = trial.waiting();
        Handed handed = mine.call(() -> trial.start(probe));
        Assertions.assertTrue(probe.entered(), "the task never began");
        owner.cancel("no longer wanted");
        trial.release();
        try {
            handed.await();
        } catch (Exception e) {
            // It may be told or not: what counts is what the task could see.
        }
        trial.assertSaw(probe, mine, "alice");
        Assertions.assertEquals(hop.expected().apply(mine).cancellation().requested(), probe.cancelledAtEnd(),
                "whether the task saw that its submitter's work was cancelled");
        trial.assertClean();
    }

    private static Callable<Object> byHand(Callable<Object> task) {
        return ALICE.context().wrap(task);
    }

    private static void exception(Hop hop, Trial trial) throws Exception {
        var failure = new Probe.Failure("the canary of alice");
        Probe probe = Probe.failing(failure);
        as(BOB, () -> as(ALICE, () -> {
            if (hop.tells()) {
                assertThrown("the failure of the task", e -> e == failure, () -> {
                    trial.start(probe).await();
                    return true;
                });
            } else {
                trial.start(probe).await();
            }
            return true;
        }));
        trial.assertSaw(probe, ALICE);
        trial.assertClean();
    }

    private static void cancel(Hop hop, Trial trial) throws Exception {
        Probe probe = trial.waiting();
        as(ALICE, () -> {
            Handed handed = trial.start(probe);
            Assertions.assertTrue(probe.entered(), "the task never began");
            as(BOB, () -> {
                handed.cancel();
                return true;
            });
            assertThrown("the cancellation", Cells::stopped, () -> {
                handed.await();
                return true;
            });
            return true;
        });
        if (!hop.interruptsCancelled()) {
            trial.release();
        }
        trial.assertSaw(probe, ALICE);
        Assertions.assertEquals(hop.interruptsCancelled(), probe.interrupted(),
                "whether the cancelled task was interrupted");
        trial.assertClean();
        for (int i = 0; i < RACES; i++) {
            as(ALICE, () -> {
                trial.start(Probe.quick()).cancel();
                return true;
            });
            trial.follow(CAROL);
        }
        trial.assertClean();
    }

    private static boolean stopped(Throwable e) {
        return e instanceof CancellationException || e instanceof CancelledException
                || e instanceof InterruptedException;
    }

    private static void timeOut(Hop hop, Trial trial) throws Exception {
        Probe probe = trial.waiting();
        as(BOB, () -> as(ALICE, () -> assertThrown("the time-out", Cells::late, () -> {
            trial.subject().start(probe, LIMIT).await();
            return true;
        })));
        if (!hop.interruptsLate()) {
            trial.release();
        }
        // A limit may pass before the task has begun: then it never runs, or runs with what was captured for it.
        if (!hop.interruptsLate() || probe.began()) {
            trial.assertSaw(probe, ALICE);
            Assertions.assertEquals(hop.interruptsLate(), probe.interrupted(), "whether the late task was interrupted");
        }
        trial.assertClean();
    }

    private static boolean late(Throwable e) {
        return e instanceof TimeoutException || e instanceof DeadlineException || e instanceof CancellationException;
    }

    private static void rejection(Trial trial) throws Exception {
        Probe running = trial.waiting();
        Probe queued = Probe.quick();
        Probe refused = Probe.quick();
        fill(trial, running, queued);
        as(BOB, () -> as(ALICE, () -> assertRefused(trial, refused)));
        asNobody(() -> assertRefused(trial, refused));
        trial.release();
        trial.assertOccupantSaw(running, BOB);
        trial.assertOccupantSaw(queued, CAROL);
        Assertions.assertFalse(refused.began(), "a task that was refused ran");
        trial.assertWorkerAtRoot();
    }

    private static void fill(Trial trial, Probe running, Probe queued) throws Exception {
        as(BOB, () -> {
            trial.subject().occupy(running);
            Assertions.assertTrue(running.entered(), "the task never began");
            return true;
        });
        as(CAROL, () -> {
            trial.subject().occupy(queued);
            return true;
        });
    }

    private static boolean assertRefused(Trial trial, Probe probe) {
        assertThrown("the refusal", Cells::refused, () -> {
            trial.start(probe).await();
            return true;
        });
        return true;
    }

    private static boolean refused(Throwable e) {
        return e instanceof RejectedExecutionException || e instanceof OverloadedException
                || e instanceof UnavailableException;
    }

    private static void shutdown(Trial trial) throws Exception {
        Probe running = trial.waiting();
        Probe queued = trial.waiting();
        Probe refused = Probe.quick();
        Handed handed = as(ALICE, () -> trial.start(running));
        Assertions.assertTrue(running.entered(), "the task never began");
        as(CAROL, () -> {
            trial.subject().occupy(queued);
            return true;
        });
        trial.subject().shutdown();
        as(BOB, () -> assertRefused(trial, refused));
        trial.release();
        handed.await();
        trial.assertSaw(running, ALICE);
        trial.assertOccupantSaw(queued, CAROL);
        Assertions.assertFalse(refused.began(), "a task that was refused ran");
    }

    private static void shutdownNow(Trial trial) throws Exception {
        Probe running = trial.waiting();
        Probe queued = trial.waiting();
        as(ALICE, () -> trial.start(running));
        Assertions.assertTrue(running.entered(), "the task never began");
        as(CAROL, () -> {
            trial.subject().occupy(queued);
            return true;
        });
        Optional<List<Runnable>> left = trial.subject().shutdownNow();
        if (left.isPresent()) {
            trial.assertSaw(running, ALICE);
            Assertions.assertTrue(running.interrupted(), "the running task was not interrupted");
            trial.release();
            // Whoever picks up what was left is in the middle of work of their own.
            as(BOB, () -> {
                left.get().forEach(Runnable::run);
                return true;
            });
            if (queued.began()) {
                trial.assertOccupantSaw(queued, CAROL);
            }
        }
    }

    private static void callerRuns(Trial trial) throws Exception {
        Probe running = trial.waiting();
        Probe queued = Probe.quick();
        fill(trial, running, queued);
        Probe mine = Probe.quick();
        Probe nobodys = Probe.quick();
        Probe wrapped = Probe.quick();
        as(BOB, () -> {
            as(ALICE, () -> assertRunByCaller(trial, mine));
            asNobody(() -> assertRunByCaller(trial, nobodys));
            trial.subject().start(byHand(wrapped), Probe.PATIENCE).await();
            return true;
        });
        trial.assertSaw(mine, ALICE);
        trial.assertSaw(nobodys, Context.root(), "nobody");
        Assertions.assertEquals(Seen.of(ALICE.context()), wrapped.seen().getFirst(),
                "what a task sees that alice wrapped by hand and bob runs");
        trial.release();
        trial.assertOccupantSaw(running, BOB);
        trial.assertOccupantSaw(queued, CAROL);
    }

    private static boolean assertRunByCaller(Trial trial, Probe probe) throws Exception {
        Handed handed = trial.start(probe);
        handed.await();
        Assertions.assertSame(handed.caller(), probe.thread(), "the thread that ran the task of a caller who runs it");
        return true;
    }
}
