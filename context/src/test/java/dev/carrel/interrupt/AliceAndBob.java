package dev.carrel.interrupt;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** Bob's code, which waits in the middle of Alice's work until that has been interrupted, and what each noticed. */
public final class AliceAndBob {
    static final long LONG = 20;

    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);
    private final CompletableFuture<Boolean> alicesFelt = new CompletableFuture<>();

    /** What Bob's code does, and how it fares. */
    String bobs() {
        begun.countDown();
        try {
            if (!go.await(LONG, TimeUnit.SECONDS)) {
                return "alone";
            }
        } catch (InterruptedException e) {
            return "disturbed";
        }
        return Thread.interrupted() ? "disturbed" : "undisturbed";
    }

    /** Does not heed an interrupt that comes meanwhile; whether one did. */
    boolean interruptedMeanwhile() {
        begun.countDown();
        awaitUninterruptibly(go);
        return Thread.currentThread().isInterrupted();
    }

    /** Alice's code goes on after Bob's. */
    void alicesGoesOn() {
        alicesFelt(Thread.currentThread().isInterrupted());
    }

    void alicesFelt(boolean interrupt) {
        alicesFelt.complete(interrupt);
    }

    boolean alicesFelt() throws Exception {
        return alicesFelt.get(LONG, TimeUnit.SECONDS);
    }

    /** Stops Alice's work while Bob's code waits. */
    void meanwhile(Runnable stop) throws InterruptedException {
        assertThat(begun.await(LONG, TimeUnit.SECONDS)).as("it has begun").isTrue();
        stop.run();
        go.countDown();
    }

    void assertUndisturbed(Future<String> bobs) throws Exception {
        assertThat(bobs.get(LONG, TimeUnit.SECONDS)).isEqualTo("undisturbed");
    }

    /** Alice's work is stopped meanwhile: that is interrupted, and Bob's is not. */
    void assertOnlyAlices(Runnable stop, Future<String> bobs) throws Exception {
        meanwhile(stop);
        assertUndisturbed(bobs);
        assertThat(alicesFelt()).as("Alice's work was interrupted").isTrue();
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** However often it is interrupted meanwhile; then it is interrupted. */
    public static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
