package dev.carrel.pool;

/** Where a task stands. It is queued, then running, then one of the others for good; or it ends while it is queued. */
public enum TaskStatus {
    /** Accepted, not begun. */
    QUEUED,
    /** Begun. */
    RUNNING,
    /** Returned. */
    DONE,
    /** Threw. */
    FAILED,
    /** Stopped by its owner, by the owner of what it is a part of, or by the pool's end. */
    CANCELLED,
    /** Its limit, or the deadline of its context, passed before it had ended. */
    TIMED_OUT;

    /** Whether it is over: nothing changes any more. */
    public boolean ended() {
        return this != QUEUED && this != RUNNING;
    }
}
