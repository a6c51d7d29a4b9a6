package dev.carrel.pool;

import java.util.Collection;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.pool.Slots.Slot;

/**
 * A thread's wait for the first of some tasks to end. Two rules keep workers from waiting for each other for ever:
 *
 * <ul>
 * <li>A thread that works for a pool runs a task of that pool itself, if the task is still queued.
 * <li>A thread that works for any pool runs a queued task of another itself, once every task of that other pool waits for
 * a task too. A thread that begins to wait wakes those whom this concerns.
 * </ul>
 *
 * A thread works for the pool of the task on it, and for the pools whose tasks that is a part of; without a task on it, for
 * those that its context belongs to ({@link Run#current}). A task waits as soon as one thread that works for it does: what
 * the others do cannot be seen, and to run more than the slots allow is better than to wait for ever.
 *
 * <p>So where all wait, nobody waits for a queued task: what is left is tasks that wait for each other's results in a circle.
 * Thread-safe.
 */
final class Wait {
    private final @Nullable Run run = Run.current();
    private final @Nullable Run holder = run == null ? null : run.holder();
    private final @Nullable Hop hop = Hop.of(Context.current());
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
        var wait = new Wait();
        for (Task<?> task : tasks) {
            task.add(wait);
            if (wait.run != null) {
                task.pool().slots().want(wait);
            }
        }
        try {
            return wait.sleep(tasks, nanos);
        } finally {
            wait.reclaim();
            for (Task<?> task : tasks) {
                task.remove(wait);
                if (wait.run != null) {
                    task.pool().slots().unwant(wait);
                }
            }
        }
    }

    private boolean sleep(Collection<? extends Task<?>> tasks, long nanos) throws InterruptedException {
        long end = System.nanoTime() + Math.max(0, nanos);
        while (!anyEnded(tasks)) {
            lend();
            Task<?> queued = run == null ? null : takeQueued(tasks, run);
            if (queued != null) {
                reclaim();
                queued.pool().inline(queued, run);
            } else if (!untilWoken(nanos < 0, end)) {
                return anyEnded(tasks);
            }
        }
        return true;
    }

    private @Nullable Task<?> takeQueued(Collection<? extends Task<?>> tasks, Run worker) {
        for (Task<?> task : tasks) {
            TaskPool pool = task.pool();
            if (task.status() == TaskStatus.QUEUED && helps(worker, pool) && pool.slots().take(task)) {
                return task;
            }
        }
        return null;
    }

    private boolean helps(Run worker, TaskPool pool) {
        return worker.within(pool) || (hop != null && hop.within(pool)) || pool.slots().stalled();
    }

    private void lend() {
        Slot slot = holder == null ? null : holder.slot();
        if (holder != null && slot != null) {
            slot.slots().lend(slot, holder, this).forEach(Wait::wake);
        }
    }

    private void reclaim() {
        Slot slot = holder == null ? null : holder.slot();
        if (slot != null) {
            slot.slots().reclaim(slot, this);
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
