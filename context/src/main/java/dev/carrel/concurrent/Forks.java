package dev.carrel.concurrent;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.error.CancelledException;
import dev.carrel.interrupt.Handshake;

/**
 * Virtual threads that apply one function to many items for one caller. The first failure, the cancellation or deadline of
 * the work that they belong to, or {@link #close} stops all that still run: each is told by its cancellation and
 * interrupted, and waited for by nobody.
 */
final class Forks<A extends @Nullable Object, R extends @Nullable Object> implements AutoCloseable {
    private static final ThreadFactory FACTORY = Thread.ofVirtual().name("carrel-fork-", 0)
            .inheritInheritableThreadLocals(false).factory();

    /** The result of one item; guarded by its forks. */
    static final class Fork<R extends @Nullable Object> {
        private final Handshake handshake = new Handshake();
        private boolean done;
        private @Nullable R result;
    }

    private final Function<? super A, ? extends R> function;
    private final Cancellation outer;
    private final Cancellation.Source source = Cancellation.source();
    private final Cancellation.Registration registration;
    private final Set<Handshake> running = new HashSet<>();
    private boolean stopped;
    private @Nullable Throwable failure;

    Forks(Cancellation outer, Function<? super A, ? extends R> function) {
        this.function = function;
        this.outer = outer;
        // At the root: this is Carrel's own, and must not stumble over a value that refuses to cross.
        this.registration = Context.root().call(() -> outer.onRequest(this::stop));
    }

    /** Applies the function to {@code item}, in {@code context} and on a thread of its own. */
    Fork<R> start(Context context, A item) {
        var fork = new Fork<R>();
        Context bound = source.bind(context);
        Thread thread = FACTORY.newThread(() -> run(fork, bound, item));
        synchronized (this) {
            throwIfStopped();
            running.add(fork.handshake);
        }
        thread.start();
        return fork;
    }

    private void run(Fork<R> fork, Context context, A item) {
        if (isStopped()) {
            end(fork, null, null);
            return;
        }
        try {
            end(fork, fork.handshake.<R, RuntimeException>call(
                    () -> context.<R, RuntimeException>call(() -> function.apply(item))), null);
        } catch (Throwable e) {
            end(fork, null, e);
        }
    }

    private void end(Fork<R> fork, @Nullable R result, @Nullable Throwable thrown) {
        boolean first;
        synchronized (this) {
            running.remove(fork.handshake);
            fork.result = result;
            fork.done = thrown == null;
            // What fails after the stop fails because of it.
            first = thrown != null && failure == null && !stopped;
            if (first) {
                failure = thrown;
            }
            notifyAll();
        }
        if (first) {
            stop();
        }
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    /** Waits until fewer than {@code limit} are running. */
    void awaitFewerThan(int limit) {
        await(() -> running.size() < limit);
    }

    /** Whether {@link #result} would not wait. */
    synchronized boolean isDone(Fork<R> fork) {
        return fork.done || stopped;
    }

    /** Waits for the result; throws what the first function that failed threw, whichever that was. */
    @SuppressWarnings("NullAway") // null only where R may be
    R result(Fork<R> fork) {
        await(() -> fork.done);
        return fork.result;
    }

    private synchronized void await(BooleanSupplier condition) {
        throwIfStopped();
        while (!condition.getAsBoolean()) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancelledException("The thread that waited for these results was interrupted.");
            }
            throwIfStopped();
        }
    }

    private void throwIfStopped() {
        Throwable thrown = failure;
        switch (thrown) {
            case null -> outer.throwIfRequested();
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new CompletionException(thrown);
        }
        if (stopped) {
            throw new CancelledException("This concurrent map was stopped.");
        }
    }

    private void stop() {
        source.cancel("Another part of the same work failed, or the work is no longer wanted.");
        synchronized (this) {
            stopped = true;
            running.forEach(Handshake::interrupt);
            notifyAll();
        }
    }

    /** Stops what still runs. */
    @Override
    public void close() {
        registration.close();
        stop();
    }
}
