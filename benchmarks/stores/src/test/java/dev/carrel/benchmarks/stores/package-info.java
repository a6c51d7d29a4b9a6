/** Whether the load program sees what it is there to see. */
@NullMarked
package dev.carrel.benchmarks.stores;

import org.jspecify.annotations.NullMarked;
