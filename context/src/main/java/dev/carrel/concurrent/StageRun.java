package dev.carrel.concurrent;

import java.util.Optional;
import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Cancellation;
import dev.carrel.interrupt.Handshake;
import dev.carrel.interrupt.Origin;

/**
 * The one run of a stage's function, which whoever cancels the stage stops: before it begins, or while it runs, and nothing
 * else. What it is in the middle of is not interrupted for its sake, nor it for the sake of that.
 *
 * <p>Holds nothing of the function's context once that has ended, since a future may be kept for long. Thread-safe.
 */
final class StageRun {
    private enum State {
        WAITING, RUNS, ENDED, STOPPED
    }

    private State state = State.WAITING;
    private Cancellation.@Nullable Source mark;
    /** What interrupts it; null if nothing does. */
    private @Nullable Handshake handshake;
    private boolean interrupted;

    /** Calls {@code body} where it comes from; it cannot be stopped once it has begun. */
    <R extends @Nullable Object> R call(Origin origin, ScopedValue.CallableOp<? extends R, RuntimeException> body) {
        begin(State.ENDED, null, null);
        return origin.<R, RuntimeException>call(body);
    }

    /**
     * Calls {@code body} where it comes from, with a cancellation that {@link #stop} asks for.
     *
     * @param own whether the thread is there to run such functions
     * @param before what its executor was given it in the middle of
     */
    <R extends @Nullable Object> R callStoppable(Origin origin, boolean own, @Nullable Handshake before,
            ScopedValue.CallableOp<? extends R, RuntimeException> body) {
        Cancellation.Source source = Cancellation.source();
        Optional<Handshake> carrier = Handshake.carrier(before);
        Handshake its = carrier.orElseGet(Handshake::new);
        ScopedValue.CallableOp<R, RuntimeException> bound = () -> source.bind(origin.context())
                .<R, RuntimeException>call(body);
        begin(State.RUNS, source, own ? its : null);
        try {
            if (carrier.isPresent()) {
                return bound.call();
            }
            return own ? its.<R, RuntimeException>call(bound) : origin.work().<R, RuntimeException>resume(bound);
        } finally {
            end(carrier.isPresent());
        }
    }

    private synchronized void begin(State next, Cancellation.@Nullable Source source, @Nullable Handshake its) {
        if (state == State.STOPPED) {
            throw new CancellationException("the stage was cancelled before its function began");
        }
        state = next;
        mark = source;
        handshake = its;
    }

    private synchronized void end(boolean carried) {
        state = State.ENDED;
        mark = null;
        handshake = null;
        if (carried && interrupted) {
            Thread.interrupted(); // its carrier goes on to the dependents, and clears what is its own only after them
        }
    }

    /** Keeps the function from beginning; if it runs, marks it as no longer wanted and, if so asked, interrupts it. */
    void stop(boolean interrupt) {
        Cancellation.Source running;
        synchronized (this) {
            if (state == State.WAITING) {
                state = State.STOPPED;
            }
            running = mark;
            if (interrupt && !interrupted && handshake != null) {
                interrupted = true;
                handshake.interrupt();
            }
        }
        // Outside of the lock: it runs whatever the function asked to be told.
        if (running != null) {
            running.cancel("The stage that this belongs to was cancelled.");
        }
    }
}
