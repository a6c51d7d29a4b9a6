/** Whether the load programs see what they are there to see. */
@NullMarked
package dev.carrel.benchmarks.serving;

import org.jspecify.annotations.NullMarked;
