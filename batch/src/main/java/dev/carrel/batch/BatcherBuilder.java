package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Principal;
import dev.carrel.time.TimeSource;

/**
 * What is set before a {@link Batcher} starts. Not thread-safe.
 *
 * @param <I> what callers ask
 * @param <O> what they are answered
 */
public final class BatcherBuilder<I, O> {
    final String name;
    final BatchModel<I, O> model;
    int maxItems = 32;
    ToLongFunction<? super I> cost = input -> 1;
    long maxCost = Long.MAX_VALUE;
    boolean maxCostIsSet;
    Function<Item<I>, ? extends @Nullable Object> kin = item -> null;
    List<I> samples = List.of();
    Duration window = Duration.ZERO;
    int maxWaiting = 1024;
    int streamsEach;
    ToIntFunction<String> weight = tenant -> 1;
    ToIntFunction<? super Principal> plan = principal -> 1;
    int workers = 1;
    @Nullable
    Duration limit;
    int maxAbandoned = 2;
    boolean repeatable;
    final List<BatchObserver> observers = new ArrayList<>();
    TimeSource time = TimeSource.system();

    BatcherBuilder(String name, BatchModel<I, O> model) {
        this.name = Objects.requireNonNull(name, "name");
        this.model = Objects.requireNonNull(model, "model");
    }

    /** At most this many items in a batch; 32 unless set. */
    public BatcherBuilder<I, O> maxItems(int items) {
        maxItems = positive(items, "maxItems");
        return this;
    }

    /**
     * At most this much in a batch, where each item costs as much as the most costly beside it: tokens, say, which a model
     * pads to one length. Items of much different cost run apart then. One that costs more than {@code max} runs alone.
     *
     * @param newCost what an input costs, at least 1; called on the caller's thread, in its context
     */
    public BatcherBuilder<I, O> maxCost(long max, ToLongFunction<? super I> newCost) {
        maxCost = positive(max);
        maxCostIsSet = true;
        cost = Objects.requireNonNull(newCost, "newCost");
        return this;
    }

    /**
     * At most this much in a batch as long as neither {@link #maxCost} is set nor a {@linkplain #warmUp warm-up} has found out how
     * far company pays: a guess that is good on most machines.
     */
    public BatcherBuilder<I, O> maxCostUnlessMeasured(long max) {
        long guess = positive(max);
        if (!maxCostIsSet) {
            maxCost = guess;
        }
        return this;
    }

    /**
     * What an input costs, where the warm-up is to find out how much may run together; {@link #maxCost} sets that instead.
     *
     * @param newCost as there
     */
    public BatcherBuilder<I, O> cost(ToLongFunction<? super I> newCost) {
        cost = Objects.requireNonNull(newCost, "newCost");
        return this;
    }

    /**
     * Runs the model on these before it is called, each alone and in batches of 2, 4, 8, up to the limit, and lets no more run
     * together from then on than is quicker than one after the other on this machine: as much cost as the best of the batches had.
     * It takes a few runs of each size, five seconds at most and one run; the log says what came of it. A {@link #maxCost} that was
     * set is left as it is.
     *
     * @param inputs such as callers will ask, of different cost; the model sees them in the root context
     */
    public BatcherBuilder<I, O> warmUp(List<? extends I> inputs) {
        samples = List.copyOf(inputs);
        return this;
    }

    /**
     * What may run together: items for which this returns equal values, such as the variant of the model that each of them
     * wants. Called on the caller's thread.
     */
    public BatcherBuilder<I, O> together(Function<Item<I>, Object> newKin) {
        kin = Objects.requireNonNull(newKin, "newKin");
        return this;
    }

    /** Never items of two tenants in one batch. */
    public BatcherBuilder<I, O> tenantsApart() {
        Function<Item<I>, ? extends @Nullable Object> before = kin;
        kin = item -> new Apart(tenant(item), before.apply(item));
        return this;
    }

    private record Apart(String tenant, @Nullable Object kin) {}

    static String tenant(Item<?> item) {
        return Principal.of(item.context()).map(Principal::tenant).orElse("");
    }

    /**
     * How long an item may wait for company though a worker is free, counted from when it came; not at all unless set, which at
     * every load is the quickest for callers. For a model whose batches cost the same whatever their size, and are dear. Of what is
     * left until an item's deadline it takes no more than half.
     */
    public BatcherBuilder<I, O> window(Duration newWindow) {
        if (newWindow.isNegative()) {
            throw new IllegalArgumentException("window must not be negative, as " + newWindow + " is");
        }
        window = newWindow;
        return this;
    }

    /** At most this many items in the queue, all tenants together; 1,024 unless set. */
    public BatcherBuilder<I, O> maxWaiting(int items) {
        maxWaiting = positive(items, "maxWaiting");
        return this;
    }

    /** How many streams one user may have open; a quarter of all that may be, but no more than 64, unless set. */
    public BatcherBuilder<I, O> streamsEach(int streams) {
        streamsEach = positive(streams, "streamsEach");
        return this;
    }

    /**
     * How many items a tenant may have served while another with a weight of 1 has one served; 1 unless set. Called on the caller's
     * thread.
     */
    public BatcherBuilder<I, O> weight(ToIntFunction<String> ofTenant) {
        weight = Objects.requireNonNull(ofTenant, "ofTenant");
        return this;
    }

    /**
     * How many times as many items callers of this plan may have served as those of a plan of 1; 1 unless set. Callers of one tenant
     * and different plans wait in different lines, so that the one's plan costs the others nothing; a tenant's lines together get the
     * sum of what each earns. The plan is a matter of who is asking, such as a role: what a request says of
     * itself does not come into it, and whoever has not signed in has a plan of 1.
     *
     * @param ofPrincipal called on the caller's thread
     */
    public BatcherBuilder<I, O> plan(ToIntFunction<? super Principal> ofPrincipal) {
        plan = Objects.requireNonNull(ofPrincipal, "ofPrincipal");
        return this;
    }

    /** How many batches run at once, each on a platform thread of its own; 1 unless set. */
    public BatcherBuilder<I, O> workers(int count) {
        workers = positive(count, "workers");
        return this;
    }

    /**
     * How long a batch may run; for ever unless set. Then its callers are told that it was too slow, its thread is interrupted
     * and given up, and another takes its place.
     */
    public BatcherBuilder<I, O> limit(Duration newLimit) {
        if (!newLimit.isPositive()) {
            throw new IllegalArgumentException("limit must be positive, not " + newLimit);
        }
        limit = newLimit;
        return this;
    }

    /** How many threads that were given up are replaced as long as they do not come back; 2 unless set. */
    public BatcherBuilder<I, O> maxAbandoned(int threads) {
        if (threads < 0) {
            throw new IllegalArgumentException("maxAbandoned must not be negative, as " + threads + " is");
        }
        maxAbandoned = threads;
        return this;
    }

    /**
     * The model may be run again on the same items: a batch that fails as a whole is then run again in halves, within a
     * budget, so that only the item fails that made it fail.
     */
    public BatcherBuilder<I, O> repeatable() {
        repeatable = true;
        return this;
    }

    /** Adds one who is told what the batcher does, beside those who are told already. */
    public BatcherBuilder<I, O> observer(BatchObserver observer) {
        observers.add(Objects.requireNonNull(observer, "observer"));
        return this;
    }

    /** Adds one who is told of each batch just before its callers are answered, on the worker's thread; be quick. */
    public BatcherBuilder<I, O> observer(Consumer<? super BatchRecord> observer) {
        return observer(new Observers.OfBatches(observer));
    }

    /** The clock on which limits run; the machine's unless set. */
    public BatcherBuilder<I, O> time(TimeSource newTime) {
        time = Objects.requireNonNull(newTime, "newTime");
        return this;
    }

    /**
     * Starts the workers, and waits until each has {@linkplain BatchModel#setup() what it needs}.
     *
     * @throws IllegalStateException if one has not; its cause says why
     */
    public Batcher<I, O> start() {
        if (limit != null && window.compareTo(limit) >= 0) {
            throw new IllegalArgumentException("a window of " + window + " is no use within a limit of " + limit);
        }
        return new Batcher<>(this);
    }

    private static long positive(long maxCost) {
        if (maxCost < 1) {
            throw new IllegalArgumentException("maxCost must be at least 1, not " + maxCost);
        }
        return maxCost;
    }

    private static int positive(int value, String what) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, not " + value);
        }
        return value;
    }
}
