package dev.carrel.app;

import java.time.Duration;

import dev.carrel.batch.Attributes;
import dev.carrel.batch.StreamModel;

/**
 * A model that answers those who call it piece by piece, under {@code POST /models/{name}}: {@link #decode} on the thread of the
 * request, in its context; {@link #run} for each step of many callers at once, on a worker's thread, in the root context, with
 * what it keeps of each in that item's {@link Attributes}; {@link #encode} for each piece on the thread of the request. Called by
 * many threads at once.
 *
 * @param <I> what it works on
 * @param <O> a piece of its answer
 */
public interface StreamingModel<I, O> extends ModelEndpoint<I>, StreamModel<I, O> {
    /** What the caller is sent of a piece, written as JSON. */
    default Object encode(O piece, Attributes attributes) throws Exception {
        return piece;
    }

    /** {@inheritDoc} 5 minutes for a whole answer unless it says otherwise; 30 seconds for a step unless its description does. */
    @Override
    default Duration within() {
        return Duration.ofMinutes(5);
    }
}
