package dev.carrel.stream;

import java.util.Iterator;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;

/**
 * Pulls in the producer's context. Inherits {@link Iterator#forEachRemaining}, which pulls and hands over one by one: that
 * of the source would call the consumer in the middle of the producer.
 */
final class ContextIterator<T extends @Nullable Object> implements Iterator<T> {
    private final Iterator<? extends T> source;
    private final Context producer;

    ContextIterator(Iterator<? extends T> source, Context producer) {
        this.source = source;
        this.producer = producer;
    }

    @Override
    public boolean hasNext() {
        return producer.call(source::hasNext);
    }

    @Override
    public T next() {
        return producer.<T, RuntimeException>call(source::next);
    }

    @Override
    public void remove() {
        producer.run(source::remove);
    }
}
