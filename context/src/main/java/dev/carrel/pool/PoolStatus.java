package dev.carrel.pool;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pool at one moment. All counts are of the same moment: {@link Counts#balanced} holds in every snapshot, not only when
 * the pool is quiet. Names tenants, never users. Immutable and thread-safe.
 *
 * @param pool its name
 * @param concurrency how many tasks may run at once, those apart that run inside others, or beside them for their threads
 * @param capacity how many may be queued
 * @param total of the whole pool
 * @param background what was submitted where nobody was asking
 * @param tenants by tenant: those that have a task queued or running, and the last few others
 * @param other all other tenants together; one that comes back is counted from zero
 * @param stuck tasks that were told to stop and did not within the pool's grace
 */
public record PoolStatus(String pool, int concurrency, int capacity, Counts total, Counts background,
        Map<String, Counts> tenants, Counts other, List<Stuck> stuck) {
    /** Copies. */
    public PoolStatus {
        tenants = Map.copyOf(tenants);
        stuck = List.copyOf(stuck);
    }

    /** The counts of this tenant; empty if it is not remembered by itself. */
    public Optional<Counts> tenant(String tenant) {
        return Optional.ofNullable(tenants.get(tenant));
    }

    /**
     * How many tasks stand where.
     *
     * @param submitted accepted since the pool was made
     * @param rejected refused, and so not among the submitted
     */
    public record Counts(long submitted, long queued, long running, long done, long failed, long cancelled,
            long timedOut, long rejected) {
        /** Whether every submitted task stands in exactly one place. */
        public boolean balanced() {
            return submitted == queued + running + done + failed + cancelled + timedOut;
        }

        /** Whether nothing is queued or running. */
        public boolean quiet() {
            return queued == 0 && running == 0;
        }
    }

    /**
     * A task that goes on although it was told to stop.
     *
     * @param task its id
     * @param thread the name of the thread that it holds
     * @param since for how long it has been asked to stop
     * @param stack where it is now
     */
    public record Stuck(long task, String thread, Duration since, List<StackTraceElement> stack) {
        /** Copies. */
        public Stuck {
            stack = List.copyOf(stack);
        }
    }
}
