package dev.carrel.stream;

import java.util.Comparator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;

/**
 * Pulls in the producer's context: the source's action only takes the element, which the consumer's action gets when that
 * has returned. Inherits {@link Spliterator#forEachRemaining}, which does so one by one.
 */
final class ContextSpliterator<T extends @Nullable Object> implements Spliterator<T> {
    private final Spliterator<T> source;
    private final Context producer;
    private @Nullable T pulled;

    ContextSpliterator(Spliterator<T> source, Context producer) {
        this.source = source;
        this.producer = producer;
    }

    @Override
    @SuppressWarnings("NullAway") // what was pulled is null only where T may be
    public boolean tryAdvance(Consumer<? super T> action) {
        Objects.requireNonNull(action, "action");
        boolean advanced = producer.call(() -> source.tryAdvance(element -> pulled = element));
        if (advanced) {
            T element = pulled;
            pulled = null;
            action.accept(element);
        }
        return advanced;
    }

    @Override
    public @Nullable Spliterator<T> trySplit() {
        Spliterator<T> part = producer.<@Nullable Spliterator<T>, RuntimeException>call(source::trySplit);
        // The parts may be pulled at the same time: values that are copied must not be one object for both.
        return part == null ? null : new ContextSpliterator<>(part, producer.across(Boundary.FORK));
    }

    @Override
    public long estimateSize() {
        return producer.call(source::estimateSize);
    }

    @Override
    public long getExactSizeIfKnown() {
        return producer.call(source::getExactSizeIfKnown);
    }

    @Override
    public int characteristics() {
        return producer.call(source::characteristics);
    }

    @Override
    public boolean hasCharacteristics(int characteristics) {
        return producer.call(() -> source.hasCharacteristics(characteristics));
    }

    @Override
    public @Nullable Comparator<? super T> getComparator() {
        return producer.<@Nullable Comparator<? super T>, RuntimeException>call(source::getComparator);
    }
}
