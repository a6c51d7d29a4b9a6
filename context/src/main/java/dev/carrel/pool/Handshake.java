package dev.carrel.pool;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Between a task and whoever interrupts it: an interrupt is sent while the task holds its thread, or not at all, so a late
 * one never reaches what the thread does next. Nor does it reach another task that the thread runs in the middle of this
 * one, which may be somebody else's: it waits until that has left. Thread-safe.
 */
final class Handshake {
    private @Nullable Thread thread;
    private boolean sent;
    /** Whether another task holds the thread in the middle of this one; that one's own middle is its own affair. */
    private boolean covered;
    private boolean held;

    /** The task takes this thread. */
    synchronized void begin() {
        thread = Thread.currentThread();
    }

    /** Interrupts the task, if it holds a thread. */
    synchronized void interrupt() {
        if (thread != null) {
            sent = true;
            held = covered;
            if (!covered) {
                thread.interrupt();
            }
        }
    }

    /** The task leaves its thread; whether it was interrupted here, so that the thread's flag may be due to that. */
    synchronized boolean end() {
        thread = null;
        return sent;
    }

    /** Another task begins in the middle of this one, on its thread. */
    synchronized void cover() {
        covered = true;
    }

    /** It has left; what came for this task meanwhile comes now. */
    synchronized void uncover() {
        covered = false;
        if (held && thread != null) {
            held = false;
            thread.interrupt();
        }
    }

    /** The thread that the task holds now. */
    synchronized Optional<Thread> thread() {
        return Optional.ofNullable(thread);
    }
}
