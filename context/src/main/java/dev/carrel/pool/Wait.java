package dev.carrel.pool;

import java.util.Collection;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.carrel.pool.Slots.Slot;

/**
 * A thread's wait for the first of some tasks to end. Two rules keep workers from waiting for each other for ever:
 *
 * <ul>
 * <li>A thread that works for a pool runs a task of that pool itself, if the task is still queued.
 * <li>A thread that works for any pool runs a queued task of another itself, once every thread of that other pool waits for
 * a task too. A thread that begins to wait wakes those whom this concerns.
 * </ul>
 *
 * So where all wait, nobody waits for a queued task: what is left is tasks that wait for each other's results in a circle.
 * Thread-safe.
 */
final class Wait {
    private boolean woken;

    private Wait() {}

    /**
     * Waits until one has ended.
     *
     * @param nanos how long at most; negative for ever. What this thread runs itself meanwhile may take longer
     * @return whether one has
     */
    static boolean forAny(Collection<? extends Task<?>> tasks, long nanos) throws InterruptedException {
        if (anyEnded(tasks)) {
            return true;
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Run run = Run.current();
        Slot slot = run == null || run.thread() != Thread.currentThread() ? null : run.slot();
        var wait = new Wait();
        for (Task<?> task : tasks) {
            task.add(wait);
            if (run != null) {
                task.pool().slots().want(wait);
            }
        }
        try {
            return wait.sleep(tasks, run, slot, nanos);
        } finally {
            reclaim(run, slot);
            for (Task<?> task : tasks) {
                task.remove(wait);
                if (run != null) {
                    task.pool().slots().unwant(wait);
                }
            }
        }
    }

    private boolean sleep(Collection<? extends Task<?>> tasks, @Nullable Run run, @Nullable Slot slot, long nanos)
            throws InterruptedException {
        long end = System.nanoTime() + Math.max(0, nanos);
        while (!anyEnded(tasks)) {
            lend(run, slot);
            Task<?> queued = run == null ? null : takeQueued(tasks, run);
            if (queued != null) {
                reclaim(run, slot);
                queued.runInline(run);
            } else if (!untilWoken(nanos < 0, end)) {
                return anyEnded(tasks);
            }
        }
        return true;
    }

    private static @Nullable Task<?> takeQueued(Collection<? extends Task<?>> tasks, Run run) {
        for (Task<?> task : tasks) {
            TaskPool pool = task.pool();
            if (task.status() == TaskStatus.QUEUED && (run.within(pool) || pool.slots().stalled())
                    && pool.slots().take(task)) {
                return task;
            }
        }
        return null;
    }

    private static void lend(@Nullable Run run, @Nullable Slot slot) {
        if (run != null && slot != null && run.slotOf() != null) {
            run.slotOf().slots().lend(slot).forEach(Wait::wake);
        }
    }

    private static void reclaim(@Nullable Run run, @Nullable Slot slot) {
        if (run != null && slot != null && run.slotOf() != null) {
            run.slotOf().slots().reclaim(slot);
        }
    }

    private static boolean anyEnded(Collection<? extends Task<?>> tasks) {
        return tasks.stream().anyMatch(Task::isDone);
    }

    synchronized void wake() {
        woken = true;
        notifyAll();
    }

    private synchronized boolean untilWoken(boolean forever, long end) throws InterruptedException {
        while (!woken) {
            if (forever) {
                wait();
            } else {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        }
        woken = false;
        return true;
    }
}
