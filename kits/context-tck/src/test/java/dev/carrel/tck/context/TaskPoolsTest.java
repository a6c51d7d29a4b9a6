package dev.carrel.tck.context;

import java.util.Map;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

import dev.carrel.pool.TaskPool;
import dev.carrel.pool.TaskPoolBuilder;
import dev.carrel.test.StrictContexts;

/** Task pools keep the contract, with platform threads and with virtual ones. */
@ExtendWith(StrictContexts.class)
class TaskPoolsTest {
    @Nested
    class Of_virtual_threads implements Pools {
        @Override
        public TaskPoolBuilder threads(TaskPoolBuilder builder) {
            return builder.virtual();
        }
    }

    @Nested
    class Of_platform_threads implements Pools {
        @Override
        public TaskPoolBuilder threads(TaskPoolBuilder builder) {
            return builder.platform();
        }
    }

    private interface Pools extends PoolContract {
        TaskPoolBuilder threads(TaskPoolBuilder builder);

        @Override
        default TaskPool executor() {
            return threads(TaskPool.builder("context-tck").concurrency(1)).build();
        }

        @Override
        default TaskPool bounded() {
            return threads(TaskPool.builder("context-tck").concurrency(1).queue(1)).build();
        }

        @Override
        default Map<Cell, String> notApplicable() {
            return Map.of(Cell.CALLER_RUNS, "a full pool refuses; what its own tasks submit is another matter");
        }
    }
}
