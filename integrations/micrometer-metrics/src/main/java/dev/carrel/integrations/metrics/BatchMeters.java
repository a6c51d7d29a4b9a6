package dev.carrel.integrations.metrics;

import java.time.Duration;
import java.util.Locale;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;

import dev.carrel.batch.BatchObserver;
import dev.carrel.batch.BatchRecord;
import dev.carrel.batch.Dispatch;
import dev.carrel.batch.Ending;
import dev.carrel.batch.Refusal;
import dev.carrel.context.Context;

/**
 * Counts and times what batchers do, in a registry of Micrometer's. One serves all models of an application:
 *
 * {@snippet :
 * BatchMeters meters = BatchMeters.of(registry);
 *
 * app.model("length", new Lengths(), batches -> batches.observer(meters));
 * }
 *
 * <table>
 * <caption>Its meters</caption>
 * <tr><th>Meter</th><th>What it is</th><th>Tags</th></tr>
 * <tr><td>{@code carrel.batch.queue}</td><td>timer: an item, or the step of a stream, until a worker took it</td>
 * <td>model, tenant</td></tr>
 * <tr><td>{@code carrel.batch.assemble}</td><td>timer: a batch from when its first item was taken until it ran</td><td>model</td>
 * </tr>
 * <tr><td>{@code carrel.batch.predict}</td><td>timer: the model on a batch, whatever came of it</td><td>model</td></tr>
 * <tr><td>{@code carrel.batch.size}</td><td>summary: items in a batch</td><td>model</td></tr>
 * <tr><td>{@code carrel.batch.dispatched}</td><td>counter: batches, by why each was no larger, see {@link Dispatch}</td>
 * <td>model, reason</td></tr>
 * <tr><td>{@code carrel.batch.refused}</td><td>counter: what was not let in, see {@link Refusal}</td>
 * <td>model, tenant, reason</td></tr>
 * <tr><td>{@code carrel.batch.items}</td><td>counter: what was let in and has ended, a stream once, see {@link Ending}</td>
 * <td>model, tenant, outcome</td></tr>
 * <tr><td>{@code carrel.batch.answer}</td><td>timer: the same, from when it came until it ended</td>
 * <td>model, tenant, outcome</td></tr>
 * <tr><td>{@code carrel.stream.first}</td><td>timer: a stream from when it was opened until its first piece was made</td>
 * <td>model, tenant</td></tr>
 * <tr><td>{@code carrel.model.encode}</td><td>timer: encoding an answer, or a piece, and writing it as JSON</td>
 * <td>model, tenant</td></tr>
 * </table>
 *
 * <p>Reasons and outcomes are the names of these enums in lower case. The batches in which a failed one is run again count as
 * batches; their items are not counted as having waited again. A meter is made when there is something to count.
 *
 * <p>No tag names a user, a session or anything that a caller has said. {@code tenant} is the tenant's name for so many that are
 * seen first, {@code other} for all others, and {@code none} for nobody's work. Thread-safe.
 */
public final class BatchMeters implements BatchObserver {
    private static final int TENANTS = 50;
    private static final String MODEL = "model";
    private static final String TENANT = "tenant";
    private static final String REASON = "reason";

    private final Tenants tenants;
    private final Meter.MeterProvider<Timer> queue;
    private final Meter.MeterProvider<Timer> assemble;
    private final Meter.MeterProvider<Timer> predict;
    private final Meter.MeterProvider<DistributionSummary> size;
    private final Meter.MeterProvider<Counter> dispatched;
    private final Meter.MeterProvider<Counter> refused;
    private final Meter.MeterProvider<Counter> items;
    private final Meter.MeterProvider<Timer> answer;
    private final Meter.MeterProvider<Timer> first;
    private final Meter.MeterProvider<Timer> encode;

    private BatchMeters(MeterRegistry registry, Tenants tenants) {
        this.tenants = tenants;
        queue = Timer.builder("carrel.batch.queue").description("How long items wait until a worker takes them")
                .withRegistry(registry);
        assemble = Timer.builder("carrel.batch.assemble")
                .description("How long batches are put together, from the taking of the first item")
                .withRegistry(registry);
        predict = Timer.builder("carrel.batch.predict").description("How long the model works on batches")
                .withRegistry(registry);
        size = DistributionSummary.builder("carrel.batch.size").description("Items in a batch").baseUnit("items")
                .withRegistry(registry);
        dispatched = Counter.builder("carrel.batch.dispatched").description("Batches, by why each was no larger")
                .withRegistry(registry);
        refused = Counter.builder("carrel.batch.refused").description("What was not let in, by why")
                .withRegistry(registry);
        items = Counter.builder("carrel.batch.items").description("What was let in and has ended, by how")
                .withRegistry(registry);
        answer = Timer.builder("carrel.batch.answer").description("How long it takes until what was let in has ended")
                .withRegistry(registry);
        first = Timer.builder("carrel.stream.first").description("How long streams take to their first piece")
                .withRegistry(registry);
        encode = Timer.builder("carrel.model.encode").description("How long answers and pieces are encoded")
                .withRegistry(registry);
    }

    /** Meters in this registry, of which at most 50 tenants have their own. */
    public static BatchMeters of(MeterRegistry registry) {
        return of(registry, TENANTS);
    }

    /**
     * Meters in this registry.
     *
     * @param tenants how many tenants have their own, at least 0: the first that are seen
     */
    public static BatchMeters of(MeterRegistry registry, int tenants) {
        return new BatchMeters(registry, new Tenants(tenants));
    }

    @Override
    public void ran(BatchRecord batch) {
        Tags model = Tags.of(MODEL, batch.batcher());
        if (batch.dispatch() != Dispatch.RETRY) {
            for (int i = 0; i < batch.size(); i++) {
                queue.withTags(model.and(tenant(batch.contexts().get(i)))).record(batch.queued().get(i));
            }
            assemble.withTags(model).record(batch.assembled());
        }
        predict.withTags(model).record(batch.took());
        size.withTags(model).record(batch.size());
        dispatched.withTags(model.and(REASON, text(batch.dispatch()))).increment();
    }

    @Override
    public void refused(String batcher, Context caller, Refusal reason) {
        refused.withTags(Tags.of(MODEL, batcher, REASON, text(reason)).and(tenant(caller))).increment();
    }

    @Override
    public void began(String batcher, Context caller, Duration after) {
        first.withTags(Tags.of(MODEL, batcher).and(tenant(caller))).record(after);
    }

    @Override
    public void answered(String batcher, Context caller, Ending how, Duration took) {
        Tags tags = Tags.of(MODEL, batcher, "outcome", text(how)).and(tenant(caller));
        items.withTags(tags).increment();
        answer.withTags(tags).record(took);
    }

    @Override
    public void encoded(String batcher, Context caller, Duration took) {
        encode.withTags(Tags.of(MODEL, batcher).and(tenant(caller))).record(took);
    }

    private Tag tenant(Context caller) {
        return Tag.of(TENANT, tenants.label(caller));
    }

    private static String text(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
