package dev.carrel.tck.context;

import java.util.Map;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * What publishers and subscribers of two users must do: the signals of a subscriber run in the context in which it
 * subscribed or was wrapped, {@code subscribe}, {@code request} and {@code cancel} in the publisher's.
 */
public interface FlowContract {
    /** {@code source}, which works in the running context. */
    Flow.Publisher<Object> publisher(Flow.Publisher<Object> source);

    /** {@code subscriber}, which gets its signals in the running context. */
    Flow.Subscriber<Object> subscriber(Flow.Subscriber<Object> subscriber);

    /** {@code processor}, which works in the running context and whose subscribers have their own. */
    Flow.Processor<Object, Object> processor(Flow.Processor<Object, Object> processor);

    /** Why a cell means nothing for these, by cell. Reported, and counted as skipped. */
    default Map<Cell, String> notApplicable() {
        return Map.of();
    }

    /** A test for each signal and each cell. */
    @TestFactory
    default Stream<DynamicContainer> each_side_sees_its_own(TestReporter reporter) {
        return Matrix.of(Amidst.hops(FlowWays.of(this)), notApplicable(), reporter);
    }
}
