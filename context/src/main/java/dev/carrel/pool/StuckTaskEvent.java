package dev.carrel.pool;

import java.util.Arrays;
import java.util.stream.Collectors;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A task did not stop within its pool's grace. */
@Name("dev.carrel.StuckTask")
@Label("Stuck Task")
@Category({"Carrel", "Task pools"})
@Description("A task of a pool goes on although it was told to stop")
@StackTrace(false)
final class StuckTaskEvent extends Event {
    @Label("Pool")
    @Nullable
    String pool;

    @Label("Task")
    long task;

    @Label("Tenant")
    @Description("Empty for work that belongs to nobody")
    @Nullable
    String tenant;

    @Label("Its thread")
    @Nullable
    String taskThread;

    @Label("Since it was told")
    @Timespan(Timespan.NANOSECONDS)
    long since;

    @Label("Where it is")
    @Nullable
    String stack;

    static void record(Task<?> stuck, Thread thread, Throwable where) {
        var event = new StuckTaskEvent();
        if (event.shouldCommit()) {
            event.pool = stuck.pool().name();
            event.task = stuck.id();
            event.tenant = stuck.tenant();
            event.taskThread = thread.getName();
            event.since = stuck.times().sinceEnd().toNanos();
            event.stack = Arrays.stream(where.getStackTrace()).map(StackTraceElement::toString)
                    .collect(Collectors.joining("\n"));
            event.commit();
        }
    }
}
