/**
 * Work that goes on elsewhere or later, as whoever asked for it.
 *
 * <ul>
 * <li>{@link dev.carrel.concurrent.ContextFuture}: a {@link java.util.concurrent.CompletableFuture} whose dependents run
 * for whoever registered them, not for whoever completes it.
 * </ul>
 *
 * In plain Java each of these runs in the context of whichever thread happens to come by, which may be another user's, or
 * in none. Here the context is captured where the work is handed over and bound where it runs.
 */
@NullMarked
package dev.carrel.concurrent;

import org.jspecify.annotations.NullMarked;
