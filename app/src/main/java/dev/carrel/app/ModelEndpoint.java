package dev.carrel.app;

import java.time.Duration;

import dev.carrel.batch.Attribute;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.ServedModel;

/**
 * What a model does for those that call it under its name, whatever its answers look like: {@link Model} answers at once,
 * {@link StreamingModel} piece by piece. Called by many threads at once.
 *
 * @param <I> what it works on
 */
public interface ModelEndpoint<I> extends ServedModel {
    /** The headers that came with the request, but for those that tell who is asking. */
    Attribute<Headers> HEADERS = Attribute.of("headers", Headers.class);

    /** What the model works on, of a request that came from outside. */
    I decode(JsonInput request, Attributes attributes) throws Exception;

    /**
     * {@inheritDoc} What waits for a batch, or runs in one, is told then that it was too long;
     * decoding and encoding are not cut short, but what they make after that counts for nothing.
     */
    @Override
    Duration within();
}
