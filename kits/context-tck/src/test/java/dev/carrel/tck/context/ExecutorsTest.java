package dev.carrel.tck.context;

import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

import dev.carrel.context.Context;
import dev.carrel.test.StrictContexts;

/** The context's executors keep the contract. */
@ExtendWith(StrictContexts.class)
class ExecutorsTest {
    private static final String NO_ROOM = "a thread for each task: there is always room";

    @Nested
    class Propagating_around_a_pool implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            return Context.propagating(plain);
        }
    }

    @Nested
    class Propagating_around_a_pool_with_threads_that_carry_the_context implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            return Context.propagating(plain);
        }

        @Override
        public ThreadFactory threads() {
            return Context.oneTaskThreads(WrappedExecutorContract.super.threads());
        }
    }

    @Nested
    class Propagating_around_a_fork_join_pool implements ExecutorContract {
        @Override
        public ExecutorService executor() {
            return Context.propagating(new ForkJoinPool(1));
        }

        @Override
        public Map<Cell, String> notApplicable() {
            String unbounded = "a fork-join pool has no bound";
            return Map.of(Cell.REJECTION, unbounded, Cell.CALLER_RUNS, unbounded);
        }
    }

    @Nested
    class Propagating_around_a_scheduler implements ScheduledContract {
        @Override
        public ScheduledExecutorService executor() {
            return Context.propagating(Executors.newSingleThreadScheduledExecutor());
        }
    }

    @Nested
    class Of_one_context_whoever_submits implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            return Asker.CAROL.context().executor(plain);
        }

        @Override
        public Context expected(Context submitter) {
            return Asker.CAROL.context();
        }
    }

    @Nested
    class A_scheduler_of_one_context_whoever_schedules implements ScheduledContract {
        @Override
        public ScheduledExecutorService executor() {
            return Asker.CAROL.context().executor(Executors.newSingleThreadScheduledExecutor());
        }

        @Override
        public Context expected(Context submitter) {
            return Asker.CAROL.context();
        }
    }

    @Nested
    class Of_the_root_whoever_submits implements WrappedExecutorContract {
        @Override
        public ExecutorService wrap(ExecutorService plain) {
            return Context.root().executor(plain);
        }

        @Override
        public Context expected(Context submitter) {
            return Context.root();
        }
    }

    @Nested
    class A_virtual_thread_for_each_task implements ExecutorContract {
        @Override
        public ExecutorService executor() {
            return Context.virtualThreads();
        }

        @Override
        public Map<Cell, String> notApplicable() {
            return Map.of(Cell.REJECTION, NO_ROOM, Cell.CALLER_RUNS, NO_ROOM);
        }
    }
}
