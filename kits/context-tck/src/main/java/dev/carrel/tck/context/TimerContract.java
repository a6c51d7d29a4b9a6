package dev.carrel.tck.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TimerTask;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

import dev.carrel.context.Context;

/** What tasks of a {@link java.util.Timer} must do: run as whoever made them, and as nobody where they run again and again. */
public interface TimerContract {
    /** A task for one run. */
    TimerTask once(Runnable task);

    /** A task for many. */
    TimerTask periodic(Runnable task);

    /** Why a cell means nothing for these, by cell. Reported, and counted as skipped. */
    default Map<Cell, String> notApplicable() {
        return Map.of();
    }

    /** A test for each kind of task and each cell. */
    @TestFactory
    default Stream<DynamicContainer> whoever_makes_the_task_is_whom_it_sees(TestReporter reporter) {
        List<Hop> hops = new ArrayList<>(Amidst.hops(Map.of("once", task -> {
            TimerTask made = once(ExecutorHops.runnable(task));
            return () -> {
                made.run();
                return "ran";
            };
        })));
        hops.addAll(Amidst.hops(Context::background, Map.of("periodic", task -> {
            TimerTask made = periodic(ExecutorHops.runnable(task));
            return () -> {
                made.run();
                made.run();
                return "ran twice";
            };
        })));
        return Matrix.of(hops, notApplicable(), reporter);
    }
}
