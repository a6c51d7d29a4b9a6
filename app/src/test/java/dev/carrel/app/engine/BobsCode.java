package dev.carrel.app.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.context.Context;

import static org.assertj.core.api.Assertions.assertThat;

/** Depends on a promise: it runs in the middle of the work that keeps that, and waits until that was interrupted. */
public final class BobsCode {
    private static final long LONG = 20;

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final ContextFuture<String> promise = new ContextFuture<>();
    private final ContextFuture<String> fared;
    private final CompletableFuture<Boolean> callersFelt = new CompletableFuture<>();

    public BobsCode() {
        Context bobs = Nodes.AUTHORITY.bind(Context.root(), Nodes.BOB);
        fared = bobs.call(() -> promise.thenApply(value -> run()));
    }

    private String run() {
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

    /** Somebody's work calls it, and goes on when it has returned. */
    public void call() {
        promise.complete("");
        callersFelt.complete(Thread.currentThread().isInterrupted());
    }

    /** Until it has been called. */
    public void awaitBegun() throws InterruptedException {
        assertThat(begun.await(LONG, TimeUnit.SECONDS)).as("it was called").isTrue();
    }

    /** Its caller was to be interrupted meanwhile: it goes on, and was not. */
    public void assertUndisturbed() throws Exception {
        go.countDown();
        assertThat(fared.get(LONG, TimeUnit.SECONDS)).isEqualTo("undisturbed");
    }

    /** And its caller was, when it had returned. */
    public void assertOnlyItsCallerIsInterrupted() throws Exception {
        assertUndisturbed();
        assertThat(callersFelt.get(LONG, TimeUnit.SECONDS)).as("its caller was interrupted").isTrue();
    }
}
