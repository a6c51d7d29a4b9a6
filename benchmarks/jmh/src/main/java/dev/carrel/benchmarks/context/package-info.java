/**
 * What a hop costs, beside the peers.
 *
 * <ul>
 * <li>{@link dev.carrel.benchmarks.context.ContextRun} is the command: it runs every row under JMH and prints a table a
 * group.
 * <li>{@link dev.carrel.benchmarks.context.Groups} says which rows there are. A class {@code ...Benchmark} is a group, a
 * method in it a row: the same work, once for each peer.
 * <li>{@link dev.carrel.benchmarks.context.Worker} binds what the rows read: a {@code ScopedValue} can only be bound
 * around code, so JMH is given an executor whose threads live inside the bindings.
 * </ul>
 */
@NullMarked
package dev.carrel.benchmarks.context;

import org.jspecify.annotations.NullMarked;
