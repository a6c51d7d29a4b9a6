package dev.carrel.pool;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.carrel.pool.PoolStatus.Counts;

/**
 * Counts the tasks of a pool, and of each tenant. A task's status changes under the lock of its counts, so no snapshot
 * shows a task twice, nowhere, or leaving before it came. Thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // an array of this process; nothing is stored
final class Tally {
    /** The flow of work for nobody: no tenant's name is blank. */
    static final String BACKGROUND = "";
    /** How many tenants are remembered after their last task. */
    static final int REMEMBERED = 64;

    private static final class Row {
        final long[] by = new long[TaskStatus.values().length];
        long submitted;
        long rejected;

        void add(Row other) {
            for (int i = 0; i < by.length; i++) {
                by[i] += other.by[i];
            }
            submitted += other.submitted;
            rejected += other.rejected;
        }

        long of(TaskStatus status) {
            return by[status.ordinal()];
        }

        boolean quiet() {
            return of(TaskStatus.QUEUED) + of(TaskStatus.RUNNING) == 0;
        }

        Counts counts() {
            return new Counts(submitted, of(TaskStatus.QUEUED), of(TaskStatus.RUNNING), of(TaskStatus.DONE),
                    of(TaskStatus.FAILED), of(TaskStatus.CANCELLED), of(TaskStatus.TIMED_OUT), rejected);
        }
    }

    /** What is counted, at one moment. */
    record Snapshot(Counts total, Counts background, Map<String, Counts> tenants, Counts other) {}

    private final Row total = new Row();
    private final Row background = new Row();
    private final Row other = new Row();
    private final Map<String, Row> active = new HashMap<>();
    /** Those without a task now, longest first. */
    private final Map<String, Row> idle = new LinkedHashMap<>();

    /** A task was accepted, and is queued. */
    synchronized void accepted(String tenant) {
        Row row = row(tenant);
        for (Row each : new Row[]{total, row}) {
            each.submitted++;
            each.by[TaskStatus.QUEUED.ordinal()]++;
        }
        settle(tenant, row);
    }

    /** A task was refused. */
    synchronized void rejected(String tenant) {
        Row row = row(tenant);
        total.rejected++;
        row.rejected++;
        settle(tenant, row);
    }

    /** Begins the task, if it is queued. */
    synchronized boolean begin(String tenant, TaskState state) {
        if (!state.begin()) {
            return false;
        }
        moved(tenant, TaskStatus.QUEUED, TaskStatus.RUNNING);
        return true;
    }

    /** Ends the task, if it has not ended; what it was until now, or empty. */
    synchronized Optional<TaskStatus> end(String tenant, TaskState state, TaskStatus how) {
        Optional<TaskStatus> before = state.end(how);
        before.ifPresent(from -> moved(tenant, from, how));
        return before;
    }

    private void moved(String tenant, TaskStatus from, TaskStatus to) {
        Row row = row(tenant);
        for (Row each : new Row[]{total, row}) {
            each.by[from.ordinal()]--;
            each.by[to.ordinal()]++;
        }
        settle(tenant, row);
    }

    private Row row(String tenant) {
        if (tenant.equals(BACKGROUND)) {
            return background;
        }
        Row row = active.get(tenant);
        if (row == null) {
            row = idle.remove(tenant);
            if (row == null) {
                row = new Row();
            }
            active.put(tenant, row);
        }
        return row;
    }

    /** A tenant without a task is remembered for a while; then its counts are kept among those of the others. */
    private void settle(String tenant, Row row) {
        if (row == background || !row.quiet()) {
            return;
        }
        active.remove(tenant);
        idle.put(tenant, row);
        if (idle.size() > REMEMBERED) {
            String longest = idle.keySet().iterator().next();
            Row gone = idle.remove(longest);
            if (gone != null) {
                other.add(gone);
            }
        }
    }

    synchronized Snapshot snapshot() {
        Map<String, Counts> tenants = new HashMap<>();
        active.forEach((tenant, row) -> tenants.put(tenant, row.counts()));
        idle.forEach((tenant, row) -> tenants.put(tenant, row.counts()));
        return new Snapshot(total.counts(), background.counts(), tenants, other.counts());
    }
}
