/**
 * What everything that hands work over must do with the context: a matrix of {@link dev.carrel.tck.context.Hop hops} and
 * {@link dev.carrel.tck.context.Cell cells}, each a test.
 *
 * <ul>
 * <li>A contract ({@link dev.carrel.tck.context.ExecutorContract} and its neighbours) is an interface that a test class
 * implements: it says how the thing under test is made, and which cells do not apply to it and why.
 * <li>A hop of a kind that has no contract here is described by a {@link dev.carrel.tck.context.Hop} of one's own and run by
 * {@link dev.carrel.tck.context.Matrix}.
 * <li>{@link dev.carrel.tck.context.Asker}: the users that take part, and their canary values.
 * </ul>
 */
@NullMarked
package dev.carrel.tck.context;

import org.jspecify.annotations.NullMarked;
