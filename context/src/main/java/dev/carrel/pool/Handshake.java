package dev.carrel.pool;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Between a task and whoever interrupts it: an interrupt is sent while the task holds its thread, or not at all, so a late
 * one never reaches what the thread does next. Thread-safe.
 */
final class Handshake {
    private @Nullable Thread thread;
    private boolean sent;

    /** The task takes this thread. */
    synchronized void begin() {
        thread = Thread.currentThread();
    }

    /** Interrupts the task, if it holds a thread. */
    synchronized void interrupt() {
        if (thread != null) {
            sent = true;
            thread.interrupt();
        }
    }

    /** The task leaves its thread; whether it was interrupted here, so that the thread's flag may be due to that. */
    synchronized boolean end() {
        thread = null;
        return sent;
    }

    synchronized boolean sent() {
        return sent;
    }

    /** The thread that the task holds now. */
    synchronized Optional<Thread> thread() {
        return Optional.ofNullable(thread);
    }
}
