package dev.carrel.tck.context;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import org.junit.jupiter.api.Assertions;

import dev.carrel.context.Context;

/** One cell of one hop: the thing under test, and the steps that the cells are made of. */
final class Trial implements AutoCloseable {
    private final Hop hop;
    private final Subject subject;
    private final Seen before = Seen.now();
    /** Opened when the trial ends, so that nothing that waits outlives it. */
    private final CountDownLatch gate = new CountDownLatch(1);

    Trial(Hop hop, Subject.Setting setting) throws Exception {
        this.hop = hop;
        this.subject = hop.open().open(setting);
    }

    Subject subject() {
        return subject;
    }

    /** A probe that waits until {@link #release}, the end of the trial, or an interrupt. */
    Probe waiting() {
        return Probe.waiting(gate);
    }

    void release() {
        gate.countDown();
    }

    /** Does something as that user; whoever does it sees the same before and after, however it ends. */
    static <R> R as(Asker asker, Callable<R> step) throws Exception {
        return asker.context().call(() -> unchanged(step));
    }

    /** Does something as nobody. */
    static <R> R asNobody(Callable<R> step) throws Exception {
        return Context.root().call(() -> unchanged(step));
    }

    static <R> R unchanged(Callable<R> step) throws Exception {
        Context context = Context.current();
        Seen mine = Seen.now();
        try {
            return step.call();
        } finally {
            if (Context.current() != context || !Seen.now().equals(mine)) {
                Assertions.fail("whoever handed the work over saw " + mine + " before, and sees " + Seen.now()
                        + " afterwards");
            }
        }
    }

    Handed start(Probe probe) throws Exception {
        return subject.start(probe, Probe.PATIENCE);
    }

    /** What the probe saw is what {@code submitter}'s work is to see on the other side of this hop. */
    void assertSaw(Probe probe, Context submitter, String who) throws InterruptedException {
        assertSees(probe, hop.expected().apply(submitter), who);
        if (probe.interruptedBefore()) {
            Assertions.fail("the task of " + who + " began with an interrupt that was meant for another");
        }
        Assertions.assertFalse(probe.cancelledAtStart(),
                () -> "the task of " + who + " began with the cancellation of another");
    }

    private void assertSees(Probe probe, Context context, String who) throws InterruptedException {
        Assertions.assertTrue(probe.left(), () -> "the task of " + who + " never ended on " + hop.name());
        Seen expected = Seen.of(context);
        for (Seen seen : probe.seen()) {
            if (!seen.equals(expected)) {
                Assertions.fail("the task of " + who + " was to see " + expected + " and saw " + seen);
            }
        }
    }

    /** The same for a task that only took the room of others, and may be interrupted at any time. */
    void assertOccupantSaw(Probe probe, Asker submitter) throws InterruptedException {
        assertSees(probe, subject.expectedOfOccupant(submitter.context()), submitter.toString());
    }

    void assertSaw(Probe probe, Asker submitter) throws InterruptedException {
        assertSaw(probe, submitter.context(), submitter.toString());
    }

    /** Hands a task over as {@code submitter}, waits for it, and looks at what it saw. */
    void follow(Asker submitter) throws Exception {
        Probe probe = Probe.quick();
        as(submitter, () -> {
            start(probe).await();
            return true;
        });
        assertSaw(probe, submitter);
    }

    /** The same as nobody. */
    void followAsNobody() throws Exception {
        Probe probe = Probe.quick();
        asNobody(() -> {
            start(probe).await();
            return true;
        });
        assertSaw(probe, Context.root(), "nobody");
    }

    /** Afterwards: the worker is at the root, and serves nobody and the next user as if nothing had been. */
    void assertClean() throws Exception {
        assertWorkerAtRoot();
        followAsNobody();
        follow(Asker.CAROL);
        followAsNobody();
        assertWorkerAtRoot();
        Assertions.assertFalse(Thread.currentThread().isInterrupted(), "the submitting thread was interrupted");
        Assertions.assertEquals(before, Seen.now(), "what the submitting thread sees after all");
    }

    void assertWorkerAtRoot() throws Exception {
        if (subject.beneath().isPresent()) {
            var seen = new CompletableFuture<Seen>();
            subject.beneath().get().execute(() -> seen.complete(Seen.now()));
            Seen worker = seen.get(Probe.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            Assertions.assertTrue(worker.root(), () -> "between two tasks the worker sees " + worker);
        }
    }

    /** What {@code step} throws, which must be there and of that kind, as it is or among its causes. */
    static Throwable assertThrown(String what, Predicate<Throwable> kind, Callable<?> step) {
        try {
            step.call();
        } catch (Throwable e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (kind.test(cause)) {
                    return cause;
                }
            }
            throw new AssertionError("whoever handed the work over was to be told of " + what + ", not of " + e, e);
        }
        throw new AssertionError("whoever handed the work over was to be told of " + what + ", and was told nothing");
    }

    @Override
    public void close() {
        gate.countDown();
        subject.close();
    }
}
