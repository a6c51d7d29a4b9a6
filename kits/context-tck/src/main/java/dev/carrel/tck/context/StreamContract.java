package dev.carrel.tck.context;

import java.util.Iterator;
import java.util.Map;
import java.util.Spliterator;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * What iterators, spliterators and streams must do that are made by one user and consumed by another: they are pulled in the
 * context of whoever made them, and what they yield is handed over outside of it.
 */
public interface StreamContract {
    /** {@code source}, pulled in the running context. */
    Iterator<Object> iterator(Iterator<Object> source);

    /** {@code source}, pulled in the running context. */
    Spliterator<Object> spliterator(Spliterator<Object> source);

    /** {@code source}, pulled and closed in the running context. */
    Stream<Object> stream(Stream<Object> source);

    /** Why a cell means nothing for these, by cell. Reported, and counted as skipped. */
    default Map<Cell, String> notApplicable() {
        return Map.of();
    }

    /** A test for each way to pull and each cell. */
    @TestFactory
    default Stream<DynamicContainer> whoever_makes_it_is_whom_the_source_sees(TestReporter reporter) {
        return Matrix.of(Amidst.hops(StreamWays.of(this)), notApplicable(), reporter);
    }
}
