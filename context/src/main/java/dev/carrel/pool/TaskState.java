package dev.carrel.pool;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The status of one task: of all that try to begin or to end it, one succeeds. Thread-safe, without a lock.
 */
final class TaskState {
    private final AtomicReference<TaskStatus> status = new AtomicReference<>(TaskStatus.QUEUED);

    TaskStatus status() {
        return status.get();
    }

    /** From queued to running; whether this call did it. */
    boolean begin() {
        return status.compareAndSet(TaskStatus.QUEUED, TaskStatus.RUNNING);
    }

    /**
     * Ends it.
     *
     * @param how one of the final ones; only what runs can be done or have failed
     * @return what it was until now, or empty if this call did not end it
     */
    Optional<TaskStatus> end(TaskStatus how) {
        if (!how.ended()) {
            throw new IllegalArgumentException(how + " is no end");
        }
        boolean byItself = how == TaskStatus.DONE || how == TaskStatus.FAILED;
        if (!byItself && status.compareAndSet(TaskStatus.QUEUED, how)) {
            return Optional.of(TaskStatus.QUEUED);
        }
        return status.compareAndSet(TaskStatus.RUNNING, how) ? Optional.of(TaskStatus.RUNNING) : Optional.empty();
    }
}
