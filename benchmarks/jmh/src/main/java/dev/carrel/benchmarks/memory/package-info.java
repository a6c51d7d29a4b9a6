/**
 * What a parked virtual thread holds. {@link dev.carrel.benchmarks.memory.Memory} starts a process for each way of
 * carrying five values; {@link dev.carrel.benchmarks.memory.Parked} runs in it, parks many threads, and counts the live
 * heap class by class.
 */
@NullMarked
package dev.carrel.benchmarks.memory;

import org.jspecify.annotations.NullMarked;
