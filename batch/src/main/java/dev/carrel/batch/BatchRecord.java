package dev.carrel.batch;

import java.time.Duration;
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
 * @param queued how long each item waited until a worker took it, in the order of {@code contexts}
 * @param dispatch why it was no larger
 * @param cost what it was reckoned to cost, in the unit of the batcher
 * @param waited how long its first item had waited when it ran
 * @param assembled how long it was put together: from when a worker took its first item until it ran; of that, time that it
 *        waited for company. Zero if it is a {@linkplain Dispatch#RETRY part of another}
 * @param took how long the model took
 * @param failureOrNull why the batch as a whole failed, if it did
 */
public record BatchRecord(String batcher, long number, List<Context> contexts, List<Duration> queued, Dispatch dispatch,
        long cost, Duration waited, Duration assembled, Duration took, @Nullable Throwable failureOrNull) {
    public BatchRecord {
        contexts = List.copyOf(contexts);
        queued = List.copyOf(queued);
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
