package dev.carrel.pool;

import java.util.function.Supplier;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

import dev.carrel.pool.PoolStatus.Counts;

/** Where the tasks of a pool stand. */
@Name("dev.carrel.TaskPool")
@Label("Task Pool")
@Category({"Carrel", "Task pools"})
@Description("How many tasks of a pool stand where; one event for all together and one for each tenant")
@Period("1 s")
@StackTrace(false)
final class PoolEvent extends Event {
    @Label("Pool")
    @Nullable
    String pool;

    @Label("Tenant")
    @Description("Missing for all together")
    @Nullable
    String tenant;

    @Label("Submitted")
    long submitted;

    @Label("Queued")
    long queued;

    @Label("Running")
    long running;

    @Label("Done")
    long done;

    @Label("Failed")
    long failed;

    @Label("Cancelled")
    long cancelled;

    @Label("Timed out")
    long timedOut;

    @Label("Rejected")
    long rejected;

    static PoolEvents.Registration register(Supplier<PoolStatus> status) {
        Runnable hook = () -> {
            PoolStatus now = status.get();
            record(now.pool(), null, now.total());
            now.tenants().forEach((tenant, counts) -> record(now.pool(), tenant, counts));
        };
        FlightRecorder.addPeriodicEvent(PoolEvent.class, hook);
        return () -> FlightRecorder.removePeriodicEvent(hook);
    }

    private static void record(String pool, @Nullable String tenant, Counts counts) {
        var event = new PoolEvent();
        event.pool = pool;
        event.tenant = tenant;
        event.submitted = counts.submitted();
        event.queued = counts.queued();
        event.running = counts.running();
        event.done = counts.done();
        event.failed = counts.failed();
        event.cancelled = counts.cancelled();
        event.timedOut = counts.timedOut();
        event.rejected = counts.rejected();
        event.commit();
    }
}
