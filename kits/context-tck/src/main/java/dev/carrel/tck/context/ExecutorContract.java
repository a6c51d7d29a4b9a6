package dev.carrel.tck.context;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

import dev.carrel.context.Context;

/**
 * What an {@link ExecutorService} that carries the context must do, for each of its eight ways to submit. A test class
 * implements it and says how the executor is made.
 */
public interface ExecutorContract {
    /** A new executor with room for everything, and with one worker if it has workers: so that tasks meet on it. */
    ExecutorService executor();

    /** A new one with one worker and room for one waiting task, which refuses more. */
    default ExecutorService bounded() {
        throw new UnsupportedOperationException("supply bounded(), or say why " + Cell.REJECTION
                + " does not apply: notApplicable()");
    }

    /** A new one with one worker and room for one waiting task, which lets whoever brings more run it. */
    default ExecutorService callerRuns() {
        throw new UnsupportedOperationException("supply callerRuns(), or say why " + Cell.CALLER_RUNS
                + " does not apply: notApplicable()");
    }

    /** Runs tasks on the workers of {@code executor} without any context for them, if there is a way. */
    default Optional<Executor> beneath(ExecutorService executor) {
        return Optional.empty();
    }

    /** What a task sees that is submitted in this context: the same, unless the executor promises something else. */
    default Context expected(Context submitter) {
        return submitter;
    }

    /** Why a cell means nothing for this executor, by cell. Reported, and counted as skipped. */
    default Map<Cell, String> notApplicable() {
        return Map.of();
    }

    /** A test for each way to submit and each cell. */
    @TestFactory
    default Stream<DynamicContainer> whoever_submits_is_whom_the_task_sees(TestReporter reporter) {
        return Matrix.of(ExecutorHops.of(this), notApplicable(), reporter);
    }
}
