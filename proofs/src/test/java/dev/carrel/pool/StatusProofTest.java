package dev.carrel.pool;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.carrel.pool.PoolStatus.Counts;

import static dev.carrel.proofs.Interleavings.all;
import static dev.carrel.proofs.Interleavings.check;
import static dev.carrel.proofs.Interleavings.together;

/** A task begins at most once and ends once, and what is counted is what was submitted, at every moment. */
class StatusProofTest {
    @Test
    void of_all_who_end_a_task_one_does() {
        all(() -> {
            var state = new TaskState();
            var ends = new AtomicInteger();
            together(() -> {
                if (state.begin()) {
                    check(state.status() != TaskStatus.QUEUED, "it began and is queued");
                    state.end(TaskStatus.DONE).ifPresent(_ -> ends.incrementAndGet());
                } else {
                    check(state.end(TaskStatus.DONE).isEmpty(), "it is done and never began");
                }
            }, () -> state.end(TaskStatus.CANCELLED).ifPresent(_ -> ends.incrementAndGet()),
                    () -> state.end(TaskStatus.TIMED_OUT).ifPresent(_ -> ends.incrementAndGet()));
            check(ends.get() == 1 && state.status().ended(), ends.get() + " ended it, and it is " + state.status());
        });
    }

    @Test
    void of_two_workers_one_begins_it() {
        all(() -> {
            var state = new TaskState();
            var begun = new AtomicInteger();
            Runnable worker = () -> begun.addAndGet(state.begin() ? 1 : 0);
            together(worker, worker);
            check(begun.get() == 1, begun.get() + " began it");
        });
    }

    @Test
    void every_snapshot_counts_each_task_in_one_place() {
        all(() -> {
            var tally = new Tally();
            var mine = new TaskState();
            var other = new TaskState();
            tally.accepted("school");
            together(() -> {
                tally.begin("school", mine);
                tally.end("school", mine, TaskStatus.FAILED);
            }, () -> {
                tally.end("school", mine, TaskStatus.CANCELLED);
                tally.accepted("college");
                tally.begin("college", other);
            }, () -> balanced(tally.snapshot()));
            balanced(tally.snapshot());
            Counts total = tally.snapshot().total();
            check(total.submitted() == 2 && total.running() == 1 && total.queued() == 0, total.toString());
            check(total.failed() + total.cancelled() == 1, total.toString());
        });
    }

    private static void balanced(Tally.Snapshot snapshot) {
        long submitted = snapshot.background().submitted() + snapshot.other().submitted();
        for (Counts counts : snapshot.tenants().values()) {
            check(counts.balanced(), "a tenant's do not balance");
            submitted += counts.submitted();
        }
        check(snapshot.total().balanced(), "they do not balance");
        check(submitted == snapshot.total().submitted(), "the tenants' sum is not the whole");
    }
}
