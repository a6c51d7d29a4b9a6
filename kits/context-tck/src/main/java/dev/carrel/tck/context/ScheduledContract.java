package dev.carrel.tck.context;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

import dev.carrel.context.Context;

/**
 * What a {@link ScheduledExecutorService} that carries the context must do: all that an {@link ExecutorContract executor}
 * does, with its one-shot tasks in the context of whoever scheduled them, and each run of a periodic one in the
 * background of it: for nobody.
 */
public interface ScheduledContract extends ExecutorContract {
    @Override
    ScheduledExecutorService executor();

    /** What a run of a periodic task sees that was scheduled in this context. */
    default Context expectedOfPeriodic(Context submitter) {
        return expected(submitter).background();
    }

    /** Schedulers of the JDK have no bound: they wait for the clock with whatever comes. */
    @Override
    default Map<Cell, String> notApplicable() {
        String unbounded = "a scheduler has no bound";
        Map<Cell, String> cells = new EnumMap<>(Cell.class);
        cells.put(Cell.REJECTION, unbounded);
        cells.put(Cell.CALLER_RUNS, unbounded);
        return cells;
    }

    /** A test for each way to schedule and each cell. */
    @TestFactory
    default Stream<DynamicContainer> whoever_schedules_is_whom_the_task_sees(TestReporter reporter) {
        return Matrix.of(ScheduledHops.of(this), notApplicable(), reporter);
    }
}
