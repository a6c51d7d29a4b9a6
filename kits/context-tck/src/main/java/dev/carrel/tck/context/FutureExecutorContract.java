package dev.carrel.tck.context;

import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * The part of {@link FutureContract} in which functions name an executor, for futures on one more: an executor that captures
 * too, a task pool.
 */
public interface FutureExecutorContract extends FutureContract {
    /** A test for each way to register a function with an executor and each cell. */
    @Override
    @TestFactory
    default Stream<DynamicContainer> whoever_registers_is_whom_the_function_sees(TestReporter reporter) {
        return Matrix.of(FutureHops.onExecutor(this), notApplicable(), reporter);
    }
}
