/**
 * Guarded completions: the endpoint knows who is logged in, and the action deep inside the engine must know it too, on
 * another thread.
 */
@NullMarked
package dev.carrel.examples.completions;

import org.jspecify.annotations.NullMarked;
