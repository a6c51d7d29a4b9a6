package dev.carrel.app;

import java.time.Duration;

import dev.carrel.batch.Attributes;
import dev.carrel.batch.BatchModel;

/**
 * A model that clients call, under {@code POST /models/{name}}. A call goes through three steps:
 *
 * <ol>
 * <li>{@link #decode} on the thread of the request, in its context. What it refuses never reaches a batch.
 * <li>{@link #run} for many callers at once, on a worker's thread, in the root context; each item has its caller's.
 * <li>{@link #encode} on the thread of the request, in its context.
 * </ol>
 *
 * <p>The steps of one call share its {@link Attributes}; those of two calls share nothing. Called by many threads at once.
 *
 * @param <I> what it works on
 * @param <O> what it makes of that
 */
public interface Model<I, O> extends ModelEndpoint<I>, BatchModel<I, O> {
    /** What the caller is answered, written as JSON. */
    default Object encode(O output, Attributes attributes) throws Exception {
        return output;
    }

    /** {@inheritDoc} 30 seconds unless it says otherwise; unless the description of its batches does, a batch too. */
    @Override
    default Duration within() {
        return Duration.ofSeconds(30);
    }
}
