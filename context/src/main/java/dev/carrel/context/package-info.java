/**
 * Which user, session, turn and request the running work belongs to.
 *
 * <ul>
 * <li>{@link dev.carrel.context.Context}: an immutable set of typed values, bound for a block of code, never set.
 * <li>{@link dev.carrel.context.ContextKey}: what is in it, and how long a value of that {@link dev.carrel.context.Kind
 * kind} lives.
 * <li>{@link dev.carrel.context.Principal}: who is asking; made and bound only by an
 * {@link dev.carrel.context.Authority}.
 * <li>{@link dev.carrel.context.Boundary} and {@link dev.carrel.context.Crossing}: what a key's value does when work is
 * handed over.
 * <li>{@link dev.carrel.context.Lifetime}: when values end. {@link dev.carrel.context.Deadline} and
 * {@link dev.carrel.context.Cancellation}: when work is no longer wanted.
 * <li>{@link dev.carrel.context.Strict}: for tests, what was left behind.
 * </ul>
 *
 * <p>Work that holds a value which must not cross a boundary ({@link dev.carrel.context.Crossing#refuse}) cannot be
 * handed over there: an IllegalStateException where that is tried. A null where something is needed is a
 * NullPointerException at once. Neither changes what is bound.
 */
@NullMarked
package dev.carrel.context;

import org.jspecify.annotations.NullMarked;
