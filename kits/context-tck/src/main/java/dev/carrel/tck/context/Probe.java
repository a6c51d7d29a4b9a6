package dev.carrel.tck.context;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Cancellation;

/** A task that writes down whose values it reads, when it begins and when it ends. */
final class Probe implements Callable<Object>, Runnable {
    /** Longer than anything takes that is not stuck. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What a probe throws that is told to; its text is the canary of whoever handed it over. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure(String text) {
            super(text);
        }
    }

    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private final @Nullable CountDownLatch gate;
    private final @Nullable Failure failure;
    private volatile boolean cancelledAtStart;
    private volatile boolean cancelledAtEnd;
    private volatile boolean interruptedBefore;
    private volatile boolean interrupted;
    private volatile @Nullable Thread thread;

    private Probe(@Nullable CountDownLatch gate, @Nullable Failure failure) {
        this.gate = gate;
        this.failure = failure;
    }

    /** Ends at once. */
    static Probe quick() {
        return new Probe(null, null);
    }

    /** Throws. */
    static Probe failing(Failure failure) {
        return new Probe(null, failure);
    }

    /** Waits until the gate opens or it is interrupted. */
    static Probe waiting(CountDownLatch gate) {
        return new Probe(gate, null);
    }

    @Override
    public Object call() {
        interruptedBefore |= Thread.currentThread().isInterrupted();
        thread = Thread.currentThread();
        cancelledAtStart |= Cancellation.current().requested();
        seen.add(Seen.now());
        entered.countDown();
        try {
            // One that was interrupted in its first run is not wanted in a second.
            if (gate != null && !interrupted) {
                gate.await();
            }
            if (failure != null) {
                throw failure;
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            seen.add(Seen.now());
            cancelledAtEnd |= Cancellation.current().requested();
            left.countDown();
        }
        return "done";
    }

    @Override
    public void run() {
        call();
    }

    /** Whether it began in time. */
    boolean entered() throws InterruptedException {
        return entered.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether it ended in time. */
    boolean left() throws InterruptedException {
        return left.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean began() {
        return !seen.isEmpty();
    }

    List<Seen> seen() {
        return seen;
    }

    boolean cancelledAtStart() {
        return cancelledAtStart;
    }

    boolean cancelledAtEnd() {
        return cancelledAtEnd;
    }

    boolean interruptedBefore() {
        return interruptedBefore;
    }

    boolean interrupted() {
        return interrupted;
    }

    @Nullable
    Thread thread() {
        return thread;
    }
}
