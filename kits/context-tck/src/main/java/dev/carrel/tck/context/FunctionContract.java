package dev.carrel.tck.context;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * What a wrapper of functions must do: the function sees the context in which it was wrapped, on whatever thread and in the
 * middle of whatever work it is called.
 */
public interface FunctionContract {
    /** Wraps a task in the running context, by the name of the way to do so. */
    Map<String, UnaryOperator<Callable<Object>>> ways();

    /** Why a cell means nothing for these, by cell. Reported, and counted as skipped. */
    default Map<Cell, String> notApplicable() {
        return Map.of();
    }

    /** A test for each way to wrap and each cell. */
    @TestFactory
    default Stream<DynamicContainer> whoever_wraps_is_whom_the_function_sees(TestReporter reporter) {
        return Matrix.of(Amidst.hops(ways()), notApplicable(), reporter);
    }
}
