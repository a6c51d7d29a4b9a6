package dev.carrel.pool;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

import org.jspecify.annotations.Nullable;

/** A task has ended; its thread may still be in it. */
@Name("dev.carrel.Task")
@Label("Task")
@Category({"Carrel", "Task pools"})
@Description("A task of a pool has ended")
@StackTrace(false)
final class TaskEvent extends Event {
    @Label("Pool")
    @Nullable
    String pool;

    @Label("Task")
    long task;

    @Label("Tenant")
    @Description("Empty for work that belongs to nobody")
    @Nullable
    String tenant;

    @Label("Status")
    @Nullable
    String status;

    @Label("Queued for")
    @Timespan(Timespan.NANOSECONDS)
    long queuedFor;

    @Label("Ran for")
    @Timespan(Timespan.NANOSECONDS)
    long ranFor;

    static void record(Task<?> ended) {
        var event = new TaskEvent();
        if (event.shouldCommit()) {
            event.pool = ended.pool().name();
            event.task = ended.id();
            event.tenant = ended.tenant();
            event.status = ended.status().name();
            event.queuedFor = ended.times().queuedFor().toNanos();
            event.ranFor = ended.times().ranFor().toNanos();
            event.commit();
        }
    }
}
