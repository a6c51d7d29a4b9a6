package dev.carrel.tck.context;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

import dev.carrel.context.Context;

/** What a map must do that calls one function for many items at once: each call sees the context of whoever maps. */
public interface MapContract {
    /** The results, in the order of the items; at least two calls at once. */
    List<Object> map(List<String> items, Function<String, Object> function);

    /** Whether a caller who is interrupted interrupts the calls. */
    default boolean interruptsCancelled() {
        return true;
    }

    /** Why a cell means nothing for this map, by cell. Reported, and counted as skipped. */
    default Map<Cell, String> notApplicable() {
        return Map.of();
    }

    /** A test for each place in the list and each cell. */
    @TestFactory
    default Stream<DynamicContainer> whoever_maps_is_whom_the_function_sees(TestReporter reporter) {
        return Matrix.of(List.of(hop("the first of two", "first"), hop("the second of two", "second")),
                notApplicable(), reporter);
    }

    private Hop hop(String name, String item) {
        String always = "each call has a thread";
        Hop hop = Hop.of(name, setting -> new Subject() {
            @Override
            public Handed start(Callable<Object> task, Duration limit) {
                Function<String, Object> function = given -> given.equals(item) ? body(task) : "nothing to do";
                return Caller.start(() -> {
                    Context under = limit.equals(Probe.PATIENCE)
                            ? Context.current()
                            : Context.current().withDeadline(dev.carrel.context.Deadline.after(limit));
                    return under.call(() -> map(List.of("first", "second"), function));
                });
            }

            @Override
            public void close() {
                // It has nothing that outlives its call.
            }
        }).without(Map.of(Cell.REJECTION, always, Cell.CALLER_RUNS, always, Cell.SHUTDOWN,
                "a call has no end but its own"))
                .interruptingLate();
        return interruptsCancelled() ? hop : hop.sparingCancelled();
    }

    private static Object body(Callable<Object> task) {
        ExecutorHops.runnable(task).run();
        return "done";
    }
}
