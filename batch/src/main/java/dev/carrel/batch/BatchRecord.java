package dev.carrel.batch;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;

/**
 * What one batch was, for monitoring and tests: never shown to callers, since it names all of them.
 *
 * @param batcher the name of the batcher
 * @param number counts the batcher's batches from 1
 * @param contexts the context of each item
 * @param failureOrNull why the batch as a whole failed, if it did
 */
public record BatchRecord(String batcher, long number, List<Context> contexts, @Nullable Throwable failureOrNull) {
    public BatchRecord {
        contexts = List.copyOf(contexts);
    }

    /** How many items ran together. */
    public int size() {
        return contexts.size();
    }

    /** Why the batch as a whole failed; empty if it did not. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failureOrNull);
    }
}
