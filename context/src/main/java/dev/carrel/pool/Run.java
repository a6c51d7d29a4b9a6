package dev.carrel.pool;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.pool.Slots.Slot;

/**
 * A task on a thread. A task that runs inside another is above it.
 *
 * @param slot that of the worker whose work this is; null on a thread that is no worker's
 * @param below what the thread, or the thread that waits for it, is in the middle of
 * @param depth how many tasks are below on this thread
 */
record Run(Task<?> task, Thread thread, @Nullable Slot slot, @Nullable Run below, int depth) {
    /** Inherited by the forks of a structured scope, for which the task waits: they count as its thread. */
    private static final ScopedValue<Run> CURRENT = ScopedValue.newInstance();

    /** The first on its thread. */
    static Run first(Task<?> task, @Nullable Slot slot, @Nullable Run below) {
        return new Run(task, Thread.currentThread(), slot, below, 0);
    }

    /** One inside what this thread is in the middle of. */
    static Run inside(Task<?> task, Run below) {
        return new Run(task, below.thread, below.slot, below, below.depth + 1);
    }

    /**
     * What this thread works for: the innermost task on it, or else the one that its context belongs to, which it helps as a
     * thread of a concurrent map, of a future or of another executor; null if there is none.
     */
    static @Nullable Run current() {
        if (CURRENT.isBound()) {
            return CURRENT.get();
        }
        Hop hop = Hop.of(Context.current());
        return hop == null ? null : hop.run();
    }

    <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<R, X> body) throws X {
        return ScopedValue.where(CURRENT, this).call(body);
    }

    /** Whether the task has not left its thread: one that helps it may go on for longer. */
    boolean lasts() {
        return task.hop().run() != null; // a task runs once
    }

    /** This, or what it is inside of, whichever has a slot; null if none has. While this waits, so does that slot. */
    @Nullable
    Run holder() {
        Run run = this;
        while (run != null && run.slot == null) {
            run = run.below;
        }
        return run;
    }

    /** Whether this, or what it is inside of, runs in {@code pool}. */
    boolean within(TaskPool pool) {
        for (Run run = this; run != null; run = run.below) {
            if (run.task.pool() == pool) {
                return true;
            }
        }
        return false;
    }
}
