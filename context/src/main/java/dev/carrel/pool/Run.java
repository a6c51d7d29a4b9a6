package dev.carrel.pool;

import org.jspecify.annotations.Nullable;

import dev.carrel.pool.Slots.Slot;

/**
 * A task on a thread. A task that runs inside another is above it.
 *
 * @param slot that of the worker whose work this is; null on a thread that is no worker's
 * @param below what the thread, or the thread that waits for it, is in the middle of
 * @param depth how many tasks are below on this thread
 */
record Run(Task<?> task, Thread thread, @Nullable Slot slot, @Nullable TaskPool slotOf, @Nullable Run below,
        int depth) {
    /** Inherited by the forks of a structured scope, for which the task waits: they count as its thread. */
    private static final ScopedValue<Run> CURRENT = ScopedValue.newInstance();

    /** The first on its thread. */
    static Run first(Task<?> task, @Nullable Slot slot, @Nullable TaskPool slotOf, @Nullable Run below) {
        return new Run(task, Thread.currentThread(), slot, slotOf, below, 0);
    }

    /** One inside what this thread is in the middle of. */
    static Run inside(Task<?> task, @Nullable Run below) {
        return below != null && below.thread == Thread.currentThread()
                ? new Run(task, below.thread, below.slot, below.slotOf, below, below.depth + 1)
                : first(task, null, null, below);
    }

    /** The innermost task here; null if this is no task's thread. */
    static @Nullable Run current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<R, X> body) throws X {
        return ScopedValue.where(CURRENT, this).call(body);
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
