/**
 * Batched model serving: one model call for many callers, each of whom sent something along that only their own answer
 * may show.
 */
@NullMarked
package dev.carrel.examples.batching;

import org.jspecify.annotations.NullMarked;
