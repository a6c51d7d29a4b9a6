package dev.carrel.batch;

/** Why an input was not let in. */
public enum Refusal {
    /** As many wait as may wait. */
    QUEUE_FULL,
    /** By what earlier batches took, it could not have been answered before its deadline. */
    TOO_LATE,
    /** As many streams are open as may be, in all or of this user. */
    TOO_MANY_STREAMS,
    /** All workers hang. */
    DOWN,
    /** The batcher is closed. */
    CLOSED
}
