package dev.carrel.batch;

/**
 * How a batcher stands.
 *
 * @param up whether it has all of its workers and takes items; once too many of them hang, it is not
 * @param workers how many take batches
 * @param abandoned how many were given up because a batch ran past its limit, and have not come back
 * @param waiting how many items wait
 */
public record Health(boolean up, int workers, int abandoned, int waiting) {}
