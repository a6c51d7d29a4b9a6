/**
 * Evaluations in thread pools: an answer is scored later, on a pool's worker, and the score must be filed under the
 * query that it belongs to.
 */
@NullMarked
package dev.carrel.examples.evaluations;

import org.jspecify.annotations.NullMarked;
