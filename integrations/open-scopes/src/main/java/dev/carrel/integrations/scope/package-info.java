/**
 * Contexts that are opened and closed by a pair of calls, for bridges to libraries that have no block to run. Applications
 * bind contexts for a block ({@link dev.carrel.context.Context#run}); this is for adapters.
 *
 * <ul>
 * <li>{@link dev.carrel.integrations.scope.ContextScope}: opened and closed by whoever holds it.
 * <li>{@link dev.carrel.integrations.scope.PairedScopes}: for libraries that keep the value of before instead of a scope.
 * <li>What is closed in the wrong order, on the wrong thread or not at all is put right and logged (logger
 * {@code dev.carrel.context}); {@link dev.carrel.context.Strict} names what is open, with its stack.
 * </ul>
 */
@NullMarked
package dev.carrel.integrations.scope;

import org.jspecify.annotations.NullMarked;
