package dev.carrel.pool;

import java.util.function.Supplier;

/**
 * The pool's events of the flight recorder: {@code dev.carrel.Task} at the end of each, {@code dev.carrel.StuckTask},
 * and {@code dev.carrel.TaskPool} every second. They name pools and tenants, never users. Where the module
 * {@code jdk.jfr} is not there, nothing is recorded.
 */
final class PoolEvents {
    private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private PoolEvents() {}

    /** A pool that is asked for its status now and then. */
    @FunctionalInterface
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    static Registration register(Supplier<PoolStatus> status) {
        return PRESENT ? PoolEvent.register(status) : () -> {};
    }

    static void ended(Task<?> task) {
        if (PRESENT) {
            TaskEvent.record(task);
        }
    }

    static void stuck(Task<?> task, Thread thread, Throwable where) {
        if (PRESENT) {
            StuckTaskEvent.record(task, thread, where);
        }
    }
}
