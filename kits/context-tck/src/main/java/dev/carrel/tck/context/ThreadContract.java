package dev.carrel.tck.context;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/** What a {@link ThreadFactory} for threads of one task must do: the task sees the context in which its thread was made. */
public interface ThreadContract {
    /** The factory. */
    ThreadFactory threads();

    /** Why a cell means nothing for these, by cell. Reported, and counted as skipped. */
    default Map<Cell, String> notApplicable() {
        return Map.of();
    }

    /** A test for each cell. */
    @TestFactory
    default Stream<DynamicContainer> whoever_makes_the_thread_is_whom_the_task_sees(TestReporter reporter) {
        String place = "a thread of one task is no place to hand more to";
        return Matrix.of(
                List.of(Hop.of("newThread, started by another", setting -> new StartedAmidst(threads())).silent()
                        .without(Map.of(Cell.REJECTION, place, Cell.SHUTDOWN, place, Cell.CALLER_RUNS, place))),
                notApplicable(), reporter);
    }
}
