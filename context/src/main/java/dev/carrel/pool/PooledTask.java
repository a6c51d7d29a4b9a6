package dev.carrel.pool;

import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

/**
 * A task in a {@link TaskPool}: its status, and its result when there is one. Thread-safe.
 *
 * <p>{@code get} throws {@link java.util.concurrent.CancellationException} for a cancelled task. For one that was timed
 * out it throws {@link java.util.concurrent.ExecutionException} with a {@link dev.carrel.error.DeadlineException} as its
 * cause; {@link java.util.concurrent.TimeoutException} means, as everywhere, that the caller's own waiting time is over.
 * Called by a task of the same pool, on whichever thread, {@code get} runs a task that is still queued itself, which may
 * take longer than that waiting time.
 *
 * <p>{@code cancel} frees the callers at once and asks the work to stop: its {@link dev.carrel.context.Cancellation} is
 * requested, and {@code cancel(true)} also interrupts its thread while the task holds it, never later.
 */
public interface PooledTask<T extends @Nullable Object> extends Future<T> {
    /** A number that no other task of this pool has. */
    long id();

    /** Where it stands. */
    TaskStatus status();
}
