/** Time that tests can drive: everything in Carrel that waits or dates asks a {@link dev.carrel.time.TimeSource}. */
@NullMarked
package dev.carrel.time;

import org.jspecify.annotations.NullMarked;
