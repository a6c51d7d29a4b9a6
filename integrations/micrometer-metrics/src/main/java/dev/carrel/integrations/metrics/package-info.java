/**
 * Micrometer meters of batches and models: {@link dev.carrel.integrations.metrics.BatchMeters} is an observer of a batcher. It
 * knows tenants by a bounded number of labels, and no user at all.
 */
@NullMarked
package dev.carrel.integrations.metrics;

import org.jspecify.annotations.NullMarked;
