package dev.carrel.app;

import java.time.Duration;

import dev.carrel.batch.Attribute;
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
public interface Model<I, O> extends BatchModel<I, O> {
    /** The headers that came with the request, but for those that tell who is asking. */
    Attribute<Headers> HEADERS = Attribute.of("headers", Headers.class);

    /** What the model works on, of a request that came from outside. */
    I decode(JsonInput request, Attributes attributes) throws Exception;

    /** What the caller is answered, written as JSON. */
    default Object encode(O output, Attributes attributes) throws Exception {
        return output;
    }

    /**
     * How long a call may take, all steps together. What waits for a batch, or runs in one, is told then that it was too long;
     * decoding and encoding are not cut short, but what they make after that counts for nothing. Unless the description of
     * its batches says otherwise, a batch may run for so long, too.
     */
    default Duration within() {
        return Duration.ofSeconds(30);
    }

    /** Whether it can be called now; asked whenever somebody wants to know, and never remembered. */
    default boolean healthy() throws Exception {
        return true;
    }
}
