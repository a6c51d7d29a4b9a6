/**
 * Small concurrent programs over the core, each run in many interleavings by Lincheck's model checker: it decides itself
 * which thread takes the next step, so what it finds it finds again. It looks at orders of steps and not at what a
 * processor may reorder; fields are therefore volatile or guarded by a lock wherever a proof stands on them.
 *
 * <p>{@code -Dproofs.interleavings=100000} tries more of them.
 */
@NullMarked
package dev.carrel.proofs;

import org.jspecify.annotations.NullMarked;
