package dev.carrel.tck.context;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

import dev.carrel.context.Context;

/** The thing under test, made for one cell and closed after it. Used by one thread. */
public interface Subject extends AutoCloseable {
    /** As what it is made. */
    enum Setting {
        /** With room for everything; with one worker, where there are workers. */
        ROOMY,
        /** With one worker and room for one waiting task; refuses more. */
        FULL,
        /** With one worker and room for one waiting task; more is run by whoever brings it. */
        CALLER_RUNS
    }

    /**
     * Hands {@code task} over in the running context, and comes back without waiting for it unless the caller runs it.
     *
     * @param limit how long {@link Handed#await} waits, or how long the task may take, whatever the hop has
     */
    Handed start(Callable<Object> task, Duration limit) throws Exception;

    /** Hands {@code task} over in the simplest way, to take the room of others; comes back without waiting for it. */
    default void occupy(Runnable task) {
        throw new UnsupportedOperationException("this hop cannot be filled, and does not say so: "
                + "Hop.without(Cell.REJECTION, why)");
    }

    /** What a task sees that is handed over by {@link #occupy} in this context. */
    default Context expectedOfOccupant(Context submitter) {
        return submitter;
    }

    /** Takes no more, and lets what is inside finish. */
    default void shutdown() {
        throw new UnsupportedOperationException("this hop cannot be shut down, and does not say so: "
                + "Hop.without(Cell.SHUTDOWN, why)");
    }

    /** Takes no more, interrupts what runs, and returns what waits; empty if there is no such thing. */
    default Optional<List<Runnable>> shutdownNow() {
        return Optional.empty();
    }

    /** Runs a task on a worker without any context for it; empty if there are no workers, or no way past the hop. */
    default Optional<Executor> beneath() {
        return Optional.empty();
    }

    /** Ends it, whatever is still inside. Comes back when its threads are done, or fails. */
    @Override
    void close();
}
