/**
 * Pools of tasks: named, bounded, owned and closed by whoever makes them.
 *
 * <ul>
 * <li>{@link dev.carrel.pool.TaskPool}: an executor in which each task runs in its submitter's context, under a time limit,
 * on one of a bounded number of threads, behind a bounded queue that is fair between tenants.
 * <li>{@link dev.carrel.pool.PooledTask}: one task, its status and its result.
 * <li>{@link dev.carrel.pool.PoolStatus}: what is queued, running and done, for the pool and for each tenant.
 * <li>{@link dev.carrel.pool.SubmitTrace}: where a task that failed had been submitted, over several hops.
 * </ul>
 *
 * Start reading at {@code TaskPool}; {@code TaskState} and {@code Tally} are the status and how it is counted,
 * {@code Slots} is the bound and the queue, {@code Wait} is why nested tasks do not wait for each other for ever.
 *
 * <p>Work that holds a value which must not cross a boundary ({@link dev.carrel.context.Crossing#refuse}) cannot be
 * handed over there: an IllegalStateException where that is tried. A null where something is needed is a
 * NullPointerException at once. Neither changes what is bound.
 */
@NullMarked
package dev.carrel.pool;

import org.jspecify.annotations.NullMarked;
