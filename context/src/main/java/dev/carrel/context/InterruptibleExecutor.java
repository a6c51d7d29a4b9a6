package dev.carrel.context;

import java.util.concurrent.Executor;

/**
 * An executor whose threads exist to run tasks, one at a time: a task there may be interrupted while it runs, because the
 * thread belongs to nobody else meanwhile. {@code ContextFuture.cancel(true)} interrupts only there. Whoever interrupts
 * makes sure that it reaches that task and no later one. Implementations must be thread-safe.
 */
public interface InterruptibleExecutor extends Executor {
    /**
     * Whether that holds for this one. A fork-join pool is none: a worker that waits in one task runs others in the middle
     * of it.
     */
    default boolean interruptible() {
        return true;
    }
}
