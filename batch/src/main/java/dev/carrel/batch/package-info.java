/**
 * Many callers' inputs in one run of a model. Each {@link dev.carrel.batch.Item} carries the context of its own caller and
 * gets an {@link dev.carrel.batch.Outcome} of its own; the batch code itself has no user. Start at
 * {@link dev.carrel.batch.Batcher}.
 */
@NullMarked
package dev.carrel.batch;

import org.jspecify.annotations.NullMarked;
