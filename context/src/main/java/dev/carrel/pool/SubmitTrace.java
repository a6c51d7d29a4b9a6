package dev.carrel.pool;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;

/**
 * Where a task that failed had been submitted: found among the suppressed exceptions of its failure, never thrown. Its
 * stack trace is that of the submit, at most {@value SubmitSite#FRAMES} frames; its cause is where the task that submitted
 * had been submitted itself, and so on for at most {@value SubmitSite#HOPS} hops. As thread-safe as every exception.
 */
public final class SubmitTrace extends Exception {
    private static final long serialVersionUID = 1L;

    /** The task's id; a task appears once in a chain. */
    private final long task;
    private final String pool;

    SubmitTrace(String pool, long task, StackTraceElement[] stack, @Nullable SubmitTrace before) {
        super("submitted here, as task " + task + " of pool \"" + pool + "\"", before, false, true);
        this.task = task;
        this.pool = pool;
        setStackTrace(stack);
    }

    /**
     * Leaves with {@code failure} where the running task was submitted, as its pool does with what the task throws: for code in
     * a task that catches a failure and hands it on, as a future does. Does nothing outside of tasks, and where traces are
     * switched off.
     */
    public static void addTo(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        Hop hop = Hop.of(Context.current());
        if (hop != null) {
            var unused = hop.traced(failure);
        }
    }

    /** The id of the task that was submitted here. */
    public long task() {
        return task;
    }

    /** The name of the pool whose task it is; ids are the pool's own. */
    public String pool() {
        return pool;
    }

    /** Keeps no trace of the making; the submit's is given. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // does nothing
    public Throwable fillInStackTrace() {
        return this;
    }
}
