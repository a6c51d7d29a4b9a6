package dev.carrel.app;

import java.time.Duration;

import dev.carrel.batch.Attribute;
import dev.carrel.batch.Attributes;

/**
 * What a model does for those that call it under its name, whatever its answers look like: {@link Model} answers at once,
 * {@link StreamingModel} piece by piece. Called by many threads at once.
 *
 * @param <I> what it works on
 */
public interface ModelEndpoint<I> {
    /** The headers that came with the request, but for those that tell who is asking. */
    Attribute<Headers> HEADERS = Attribute.of("headers", Headers.class);

    /** What the model works on, of a request that came from outside. */
    I decode(JsonInput request, Attributes attributes) throws Exception;

    /**
     * How long a call may take, all steps together. What waits for a batch, or runs in one, is told then that it was too long;
     * decoding and encoding are not cut short, but what they make after that counts for nothing.
     */
    Duration within();

    /** Whether it can be called now; asked whenever somebody wants to know, and never remembered. */
    default boolean healthy() throws Exception {
        return true;
    }
}
