package dev.carrel.pool;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.carrel.queue.FairQueue;

/**
 * How many tasks run at once, and who waits for that. While a slot is free the queue is empty: whoever submits takes the
 * slot itself, so that no task can come between. Thread-safe; its lock is never held while tasks are called.
 */
final class Slots {
    /** What becomes of a task that is submitted. */
    enum Place {
        STARTS, QUEUES, INLINE, FULL, CLOSED
    }

    /** The right to run one task at a time. Guarded by the lock of {@link Slots}. */
    static final class Slot {
        private final Slots slots;
        private Task<?> task;
        private boolean abandoned;
        /** Of the threads that work for its task. */
        private final Set<Wait> waits = new HashSet<>();

        Slot(Task<?> first) {
            this.slots = first.pool().slots();
            this.task = first;
        }

        /** Those that it is one of. */
        Slots slots() {
            return slots;
        }
    }

    private final int concurrency;
    private final int abandonable;
    private final FairQueue<Task<?>> queue;
    private final Tally tally;
    private int busy;
    private int abandoned;
    /** Of the busy ones, those whose task waits for another, with one of its threads at least. */
    private int lent;
    /** Tasks that run on a thread without a slot of their own. */
    private int inline;
    private boolean closed;
    /** Waits of workers for tasks of this pool. */
    private final Set<Wait> wanted = new HashSet<>();

    Slots(Settings settings, Tally tally) {
        this.concurrency = settings.concurrency();
        this.abandonable = settings.abandonable();
        this.queue = new FairQueue<>(settings.queue());
        this.tally = tally;
    }

    /** Finds a place for a new task, and counts it. A nested one never goes to the queue. */
    synchronized Place place(Task<?> task, boolean nested) {
        Place place = where(task, nested);
        if (place == Place.FULL || place == Place.CLOSED) {
            tally.rejected(task.tenant());
        } else {
            tally.accepted(task.tenant());
        }
        return place;
    }

    private Place where(Task<?> task, boolean nested) {
        if (closed) {
            return Place.CLOSED;
        }
        if (busy < concurrency) {
            busy++;
            return Place.STARTS;
        }
        if (nested) {
            inline++;
            return Place.INLINE;
        }
        return queue.offer(task.tenant(), task) ? Place.QUEUES : Place.FULL;
    }

    /** The task on this slot has left; what runs on it next, or empty: then the slot is free, or was given away before. */
    synchronized Optional<Task<?>> next(Slot slot) {
        if (slot.abandoned) {
            abandoned--;
            notifyAll();
            return Optional.empty();
        }
        goesOn(slot); // a thread that the task left behind may still wait
        Optional<Task<?>> task = queue.poll();
        if (task.isEmpty()) {
            busy--;
            notifyAll();
        } else {
            slot.task = task.get();
        }
        return task;
    }

    /** Gives the slot of a task that does not stop to others, unless too many have been given away already. */
    synchronized boolean abandon(Slot slot, Task<?> task) {
        if (slot.task != task || slot.abandoned || abandoned == abandonable) {
            return false;
        }
        slot.abandoned = true;
        abandoned++;
        busy--;
        goesOn(slot);
        return true;
    }

    private void goesOn(Slot slot) {
        lent -= slot.waits.isEmpty() ? 0 : 1;
        slot.waits.clear();
    }

    /** What may run on a slot that has become free by {@link #abandon}. */
    synchronized Optional<Task<?>> startNext() {
        Optional<Task<?>> task = busy < concurrency ? queue.poll() : Optional.empty();
        busy += task.isPresent() ? 1 : 0;
        return task;
    }

    /** Takes a queued task out of the queue; whether it was there. */
    synchronized boolean remove(Task<?> task) {
        return queue.remove(task.tenant(), task);
    }

    /** Takes a queued task out of the queue, to be run by who waits for it. */
    synchronized boolean take(Task<?> task) {
        if (!remove(task)) {
            return false;
        }
        inline++;
        return true;
    }

    /** A task that ran without a slot of its own has left. */
    synchronized void inlineEnded() {
        inline--;
        notifyAll();
    }

    /**
     * A thread that works for the task on this slot waits for another task; who may go on because of that. Only the step that
     * stalls the pool wakes them: if each look of one who waits did, those who wait would wake each other for ever, and no
     * other thread would run.
     *
     * @param holder what the thread works for on this slot; if that has left, the slot may be another task's by now
     */
    synchronized List<Wait> lend(Slot slot, Run holder, Wait wait) {
        if (slot.abandoned || !holder.lasts() || !slot.waits.add(wait) || slot.waits.size() > 1) {
            return List.of();
        }
        lent++;
        return stalled() ? List.copyOf(wanted) : List.of();
    }

    /** That thread goes on. */
    synchronized void reclaim(Slot slot, Wait wait) {
        if (slot.waits.remove(wait) && slot.waits.isEmpty()) {
            lent--;
        }
    }

    /** Whether all slots are held by tasks that wait for other tasks. */
    synchronized boolean stalled() {
        return busy == concurrency && lent == busy;
    }

    synchronized void want(Wait wait) {
        wanted.add(wait);
    }

    synchronized void unwant(Wait wait) {
        wanted.remove(wait);
    }

    /** Accepts nothing more; whether it did until now. */
    synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        notifyAll();
        return first;
    }

    synchronized List<Task<?>> drain() {
        List<Task<?>> drained = new ArrayList<>();
        for (Optional<Task<?>> next = queue.poll(); next.isPresent(); next = queue.poll()) {
            drained.add(next.get());
        }
        return drained;
    }

    synchronized boolean closed() {
        return closed;
    }

    /** Whether it is closed and no thread is in a task any more, an abandoned one included. */
    synchronized boolean terminated() {
        return closed && busy == 0 && abandoned == 0 && inline == 0;
    }

    synchronized boolean awaitTermination(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (!terminated()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
