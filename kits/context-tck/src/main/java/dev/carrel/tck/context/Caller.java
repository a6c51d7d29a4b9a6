package dev.carrel.tck.context;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.carrel.context.Context;

/** A thread that makes a call which blocks, in the context of whoever started it, and looks whether that changed. */
final class Caller implements Handed {
    private final CompletableFuture<Object> outcome = new CompletableFuture<>();
    private final Thread thread;

    private Caller(Context context, Callable<?> call) {
        thread = Thread.ofVirtual().inheritInheritableThreadLocals(false)
                .unstarted(() -> context.run(() -> complete(context, call)));
    }

    static Caller start(Callable<?> call) {
        var caller = new Caller(Context.current(), call);
        caller.thread.start();
        return caller;
    }

    private void complete(Context context, Callable<?> call) {
        try {
            Object result = call.call();
            if (Context.current() == context) {
                outcome.complete(result);
            }
        } catch (Throwable e) {
            if (Context.current() == context) {
                outcome.completeExceptionally(e);
            }
        } finally {
            outcome.completeExceptionally(new AssertionError("whoever called saw " + Seen.of(context)
                    + " before, and sees " + Seen.now() + " afterwards"));
        }
    }

    @Override
    public void await() throws Exception {
        outcome.get(Probe.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void cancel() {
        thread.interrupt();
    }

    @Override
    public Thread caller() {
        return thread;
    }
}
