/**
 * Which user, session, turn and request the running work belongs to.
 *
 * <ul>
 * <li>{@link dev.carrel.context.Context}: an immutable set of typed values, bound for a block of code, never set.
 * <li>{@link dev.carrel.context.ContextKey}: what is in it, and how long a value of that {@link dev.carrel.context.Kind
 * kind} lives.
 * <li>{@link dev.carrel.context.Principal}: who is asking; made and bound only by an
 * {@link dev.carrel.context.Authority}.
 * <li>{@link dev.carrel.context.Cancellation}: whether the owner has asked the work to stop.
 * </ul>
 */
@NullMarked
package dev.carrel.context;

import org.jspecify.annotations.NullMarked;
