/**
 * Work that goes on elsewhere or later, as whoever asked for it.
 *
 * <ul>
 * <li>{@link dev.carrel.concurrent.ContextFuture}: a {@link java.util.concurrent.CompletableFuture} whose dependents run
 * for whoever registered them, not for whoever completes it.
 * <li>{@link dev.carrel.concurrent.Concurrent} and {@link dev.carrel.concurrent.ContextGatherers}: one function for many
 * items at the same time, instead of parallel streams.
 * <li>{@link dev.carrel.concurrent.ContextRecursiveTask} and {@link dev.carrel.concurrent.ContextRecursiveAction}: fork-join
 * tasks, which a helping worker runs for whoever made them.
 * <li>{@link dev.carrel.concurrent.ContextTimer}: tasks of a {@link java.util.Timer}.
 * </ul>
 *
 * In plain Java each of these runs in the context of whichever thread happens to come by, which may be another user's, or
 * in none. Here the context is captured where the work is handed over and bound where it runs. Executors that carry it are
 * {@link dev.carrel.context.Context#propagating} and {@link dev.carrel.context.Context#virtualThreads}.
 *
 * <p>A dependent without an executor runs on whoever completes its source, and is interrupted for nobody's sake: neither by
 * {@link dev.carrel.concurrent.ContextFuture#cancel} nor by the limit of a task pool whose task it runs in. What takes long is
 * registered with an executor ({@code thenApplyAsync}).
 *
 * <p>A {@code StructuredTaskScope} needs nothing: its forks inherit the context in which it was opened, and a fork may bind
 * another one ({@code scope.fork(context.wrap(task))}). An owner who binds another context while the scope is open cannot
 * fork in it: that is the JDK's StructureViolationException. What is not covered, and cannot be: parallel streams, and
 * tasks of other classes that are given to a fork-join pool directly.
 *
 * <p>Work that holds a value which must not cross a boundary ({@link dev.carrel.context.Crossing#refuse}) cannot be
 * handed over there: an IllegalStateException where that is tried. A null where something is needed is a
 * NullPointerException at once. Neither changes what is bound.
 */
@NullMarked
package dev.carrel.concurrent;

import org.jspecify.annotations.NullMarked;
