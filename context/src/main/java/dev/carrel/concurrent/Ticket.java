package dev.carrel.concurrent;

import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Between a stage and the task of a pool that runs its function: what ends one ends the other. Without that, a function that
 * the pool drops would be waited for for ever, and one that nobody waits for would keep its place in the queue. Holds
 * nothing of the context, since a future may be kept for long. Thread-safe.
 */
final class Ticket {
    /** What ends the stage; there is none yet while the stage is made. */
    private @Nullable Consumer<Throwable> stage;
    private @Nullable Throwable stopped;
    /** The pool's; only until the function has ended. */
    private @Nullable Future<?> task;
    private @Nullable Throwable failure;
    private boolean withdrawn;
    private boolean ended;

    /** What ends the stage, if its function is never to end by itself. */
    void whenStopped(Consumer<Throwable> end) {
        Throwable why;
        synchronized (this) {
            stage = end;
            why = stopped;
        }
        if (why != null) {
            end.accept(why);
        }
    }

    /** The function was refused, or the pool has stopped it. */
    void stopped(Throwable why) {
        Consumer<Throwable> end;
        synchronized (this) {
            stopped = why;
            end = stage;
        }
        if (end != null) {
            end.accept(why);
        }
    }

    /** The pool has the function. */
    void has(Future<?> accepted) {
        synchronized (this) {
            if (!ended && !withdrawn) {
                task = accepted;
            }
            if (ended || !withdrawn) {
                return;
            }
        }
        accepted.cancel(false);
    }

    /** Nobody waits for the function any more. Whoever calls this interrupts it, or not. */
    void withdraw() {
        Future<?> accepted;
        synchronized (this) {
            withdrawn = true;
            accepted = ended ? null : task;
        }
        if (accepted != null) {
            accepted.cancel(false);
        }
    }

    synchronized boolean withdrawn() {
        return withdrawn;
    }

    /** The function has ended by itself, before the stage does: what ends the stage now is no reason to stop the task. */
    synchronized void ended(@Nullable Throwable how) {
        ended = true;
        failure = how;
        task = null;
    }

    /** The stage has the failure, and has swallowed it: the pool learns of it as well. */
    void throwFailure() {
        Throwable thrown;
        synchronized (this) {
            thrown = failure;
            failure = null;
        }
        switch (thrown) {
            case null -> {
                // It returned, or never began.
            }
            case RuntimeException unchecked -> throw unchecked;
            case Error error -> throw error;
            default -> throw new CompletionException(thrown);
        }
    }
}
