package dev.carrel.tck.context;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

import dev.carrel.context.Context;
import dev.carrel.pool.TaskPool;

/** {@link ExecutorContract} for a {@link TaskPool}, and the ways to submit under a limit that only a pool has. */
public interface PoolContract extends ExecutorContract {
    @Override
    TaskPool executor();

    @Override
    TaskPool bounded();

    /** A pool binds what it knows of the task, so not even nobody's task is at the root. */
    @Override
    default Context expected(Context submitter) {
        return submitter.with(Asker.NOBODYS, "the pool's");
    }

    /** A test for each way to submit under a limit and each cell. */
    @TestFactory
    default Stream<DynamicContainer> whoever_submits_under_a_limit_is_whom_the_task_sees(TestReporter reporter) {
        return Matrix.of(List.of(
                ExecutorHops.hop(this, "submit(Callable, limit)",
                        (executor, task, limit) -> ExecutorHops.handed(((TaskPool) executor).submit(task, limit),
                                Probe.PATIENCE))
                        .interruptingLate(),
                ExecutorHops.hop(this, "submit(Runnable, limit)",
                        (executor, task, limit) -> ExecutorHops.handed(
                                ((TaskPool) executor).submit(ExecutorHops.runnable(task), limit), Probe.PATIENCE))
                        .interruptingLate()),
                notApplicable(), reporter);
    }
}
