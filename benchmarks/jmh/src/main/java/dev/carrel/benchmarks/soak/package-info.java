/**
 * Very many hops, of many users at once, each with a canary: a value that is theirs alone. Start reading at
 * {@link dev.carrel.benchmarks.soak.Soak}.
 *
 * <ul>
 * <li>A {@code Hop} is a way of handing work over; each hands over an {@code Errand} of a {@code User}.
 * <li>An errand looks at once whether it sees its own user's canary, and only then goes on; in its middle it runs work of
 * other users, so that every thread is full of foreign contexts.
 * <li>A {@code Ledger} counts what arrived, what was lost (no canary) and what leaked (another's).
 * <li>{@code Watched} pools look at their workers before and after each task: outside tasks they must be at the root.
 * </ul>
 */
@NullMarked
package dev.carrel.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
