package dev.carrel.batch;

import java.time.Duration;

import dev.carrel.context.Context;

/**
 * Is told what a batcher does, for monitoring and tests; each method does nothing unless overridden. What a caller asks is either
 * refused or, once it was let in, answered: exactly one of the two is told of it.
 *
 * <p>Called by callers' and workers' threads at once, in the root context: whose it was, the arguments say, and what is theirs is
 * for no other caller's eyes. Be quick. What is thrown here harms nobody: it goes to the thread's handler of uncaught
 * exceptions.
 */
public interface BatchObserver {
    /** A batch has run; told just before its items have their outcomes, on the worker's thread. A step of streams is a batch too. */
    default void ran(BatchRecord batch) {}

    /**
     * An input was not let in.
     *
     * @param batcher the name of the batcher
     * @param caller the context of whoever asked
     */
    default void refused(String batcher, Context caller, Refusal reason) {}

    /**
     * A stream has its first piece.
     *
     * @param batcher the name of the batcher
     * @param caller the context of whoever opened it
     * @param after how long that was after it was opened
     */
    default void began(String batcher, Context caller, Duration after) {}

    /**
     * An item that was let in has ended: told just before its caller goes on; of a stream, once no step of it runs any more.
     *
     * @param batcher the name of the batcher
     * @param caller the context of whoever asked
     * @param took from when it came
     */
    default void answered(String batcher, Context caller, Ending how, Duration took) {}

    /**
     * An output, or a piece, was made fit to leave. Batchers do not do that: whoever does tells it, through
     * {@link Batcher#observer()}.
     *
     * @param batcher the name of the batcher
     * @param caller the context of whoever asked
     * @param took how long that took
     */
    default void encoded(String batcher, Context caller, Duration took) {}
}
