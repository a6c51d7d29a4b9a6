package dev.carrel.batch;

/** How an item ended, without what it was answered; {@link Outcome} has that. */
public enum Ending {
    /** It has its result; a stream, all of its pieces. */
    OK,
    /** It failed, or its batch did; also if the batcher closed or broke down while it waited. */
    FAILED,
    /** Its caller did not want it any more: has left, was stopped, or is out of time. */
    CANCELLED;

    static Ending of(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Ok<?> ok -> OK;
            case Outcome.Failed<?> failed -> FAILED;
            case Outcome.Cancelled<?> cancelled -> CANCELLED;
        };
    }
}
