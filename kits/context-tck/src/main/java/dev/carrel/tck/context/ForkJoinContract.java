package dev.carrel.tck.context;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinTask;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * What a fork-join task must do: it runs in the context in which it was made, on a worker that is in the middle of another
 * user's work and helps because it has to wait.
 */
public interface ForkJoinContract {
    /** A task, by the name of the kind, that calls {@code body}. */
    Map<String, Kind> kinds();

    /** Makes tasks. */
    @FunctionalInterface
    interface Kind {
        /** A new one, made in the running context. */
        ForkJoinTask<?> task(Callable<Object> body);
    }

    /** Why a cell means nothing for these, by cell. Reported, and counted as skipped. */
    default Map<Cell, String> notApplicable() {
        return Map.of();
    }

    /** A test for each kind and each cell. */
    @TestFactory
    default Stream<DynamicContainer> whoever_makes_the_task_is_whom_it_sees(TestReporter reporter) {
        String place = "a fork-join pool has no bound, and what it does at its end is the pool's affair";
        List<Hop> hops = kinds().entrySet().stream()
                .map(kind -> Hop.of(kind.getKey(), setting -> new HelpingWorker(kind.getValue())).sparingCancelled()
                        .without(Map.of(Cell.REJECTION, place, Cell.SHUTDOWN, place, Cell.CALLER_RUNS, place)))
                .toList();
        return Matrix.of(hops, notApplicable(), reporter);
    }
}
