package dev.carrel.stream;

import java.util.Iterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;

/**
 * Iterators, spliterators and streams that are made by one and consumed by another. Each pull runs in the context in which
 * it was wrapped, that of the producer; the element is handed over outside of it, and between two pulls the consumer's
 * context is what it was.
 *
 * {@snippet :
 * Stream<Row> rows = ContextStreams.stream(table.rows().filter(this::mayRead)); // filters as whoever is here
 * render(rows.map(this::line)); // whoever consumes this makes the lines
 * }
 *
 * Crosses {@link Boundary#EXECUTOR}, once. As thread-safe as what is wrapped.
 */
public final class ContextStreams {
    private ContextStreams() {}

    /** {@code source}, pulled in the context of this call. */
    public static <T extends @Nullable Object> Iterator<T> iterator(Iterator<? extends T> source) {
        return new ContextIterator<>(Objects.requireNonNull(source, "source"), captured());
    }

    /** {@code source}, pulled, split and asked in the context of this call. */
    public static <T extends @Nullable Object> Spliterator<T> spliterator(Spliterator<T> source) {
        return new ContextSpliterator<>(Objects.requireNonNull(source, "source"), captured());
    }

    /**
     * A stream of the elements of {@code source}: what was added to it so far runs in the context of this call, and so does
     * its {@code onClose}; what is added to the result runs as whoever consumes it. The result is sequential, also if
     * {@code source} was parallel, since the threads of a parallel stream know no context: for that there is
     * {@link dev.carrel.concurrent.Concurrent#map}.
     */
    public static <T extends @Nullable Object> Stream<T> stream(Stream<T> source) {
        Objects.requireNonNull(source, "source");
        Context producer = captured();
        Spliterator<T> pulled = producer.call(() -> source.sequential().spliterator());
        return StreamSupport.stream(new ContextSpliterator<>(pulled, producer), false)
                .onClose(() -> producer.run(source::close));
    }

    private static Context captured() {
        return Context.current().across(Boundary.EXECUTOR);
    }
}
