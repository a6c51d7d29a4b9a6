package dev.carrel.concurrent;

import java.util.concurrent.CancellationException;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;

/**
 * Between a function that runs and whoever cancels it. An interrupt is sent only under the lock and only while the function
 * runs, and what is left of it is cleared under the same lock when the function ends: so it never reaches the worker's next
 * task. Nor does it reach a function of another stage that runs in the middle of this one (because this one completed its
 * source): it waits until that has returned.
 *
 * <p>Holds nothing of the function's context once that has ended, since a future may be kept for long. Thread-safe.
 */
final class Handshake {
    private static final ScopedValue<Handshake> RUNNING = ScopedValue.newInstance();

    private enum State {
        WAITING, RUNS, ENDED, STOPPED
    }

    private State state = State.WAITING;
    private @Nullable Thread runner;
    private Cancellation.@Nullable Source mark;
    /** How many functions of other stages run in the middle of this one. */
    private int covered;
    private boolean toInterrupt;
    private boolean interrupted;

    /** Calls {@code body} in {@code context}; it cannot be stopped once it has begun. */
    <R extends @Nullable Object> R call(Context context, ScopedValue.CallableOp<? extends R, RuntimeException> body) {
        begin(State.ENDED, null, null);
        return inTheMiddle(() -> context.<R, RuntimeException>call(body));
    }

    /**
     * Calls {@code body} in {@code context}, with a cancellation that {@link #stop} asks for.
     *
     * @param own whether the thread is there to run such functions
     */
    <R extends @Nullable Object> R callStoppable(Context context, boolean own,
            ScopedValue.CallableOp<? extends R, RuntimeException> body) {
        Cancellation.Source source = Cancellation.source();
        begin(State.RUNS, source, own ? Thread.currentThread() : null);
        try {
            return inTheMiddle(() -> ScopedValue.where(RUNNING, this)
                    .<R, RuntimeException>call(() -> source.bind(context).<R, RuntimeException>call(body)));
        } finally {
            end();
        }
    }

    private static <R extends @Nullable Object> R inTheMiddle(
            ScopedValue.CallableOp<? extends R, RuntimeException> body) {
        Handshake outer = RUNNING.isBound() ? RUNNING.get() : null;
        if (outer == null || !outer.cover()) {
            return body.call();
        }
        try {
            return body.call();
        } finally {
            outer.uncover();
        }
    }

    private synchronized void begin(State next, Cancellation.@Nullable Source source, @Nullable Thread thread) {
        if (state == State.STOPPED) {
            throw new CancellationException("the stage was cancelled before its function began");
        }
        state = next;
        mark = source;
        runner = thread;
    }

    private synchronized void end() {
        state = State.ENDED;
        runner = null;
        mark = null;
        if (interrupted) {
            Thread.interrupted();
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
            toInterrupt |= interrupt;
            deliver();
        }
        // Outside of the lock: it runs whatever the function asked to be told.
        if (running != null) {
            running.cancel("The stage that this belongs to was cancelled.");
        }
    }

    private void deliver() {
        Thread thread = runner;
        if (toInterrupt && !interrupted && covered == 0 && thread != null) {
            interrupted = true;
            thread.interrupt();
        }
    }

    /** Another stage's function begins in the middle of this one; false if it does so on another thread. */
    private synchronized boolean cover() {
        if (runner != Thread.currentThread()) {
            return false;
        }
        covered++;
        if (interrupted && Thread.interrupted()) {
            interrupted = false;
        }
        return true;
    }

    private synchronized void uncover() {
        covered--;
        deliver();
    }
}
