package dev.carrel.batch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import dev.carrel.context.Context;

/**
 * Runs a model before anybody calls it, alone and with more and more in a batch, to see whether company makes it quicker on this
 * machine: on a CPU that holds for short texts only. Runs on a worker's thread, in the root context.
 */
final class WarmUp<I, O> {
    private static final System.Logger LOG = System.getLogger(Batcher.class.getName());
    /** The smallest batch is best that is so nearly as quick as the quickest: waiting for more is not worth the rest. */
    private static final double NEARLY = 1.05;
    private static final int RUNS = 8;
    private static final long LONG_ENOUGH = TimeUnit.MILLISECONDS.toNanos(100);
    /** All of it together takes no longer than this, and the run in which it is over. */
    private static final long MOST = TimeUnit.SECONDS.toNanos(5);

    /** How many of this cost are best together, and how many times as quick as alone that is. */
    private record Best(long cost, int items, double gain) {
        String text() {
            return "cost " + cost + ": " + (items == 1
                    ? "alone"
                    : items + " together, " + String.format(Locale.ROOT, "%.2f", gain) + " times as quick as alone");
        }
    }

    private final BatcherBuilder<I, O> settings;
    private final Pace pace;
    private final long end;

    WarmUp(BatcherBuilder<I, O> settings, Pace pace) {
        this.settings = settings;
        this.pace = pace;
        end = settings.time.nanoTime() + MOST;
    }

    /**
     * How much cost may run together; what the operator has set stays as it was set.
     *
     * @throws Exception if the model fails
     */
    long run() throws Exception {
        List<Best> found = new ArrayList<>();
        for (I sample : settings.samples) {
            if (found.isEmpty() || inTime()) {
                found.add(best(sample));
            }
        }
        // What is best alone says nothing of how much may run together, however much it costs; if all are, nothing may.
        long most = found.stream().filter(best -> best.items() > 1).mapToLong(best -> best.items() * best.cost()).max()
                .orElse(1);
        boolean own = settings.maxCostIsSet;
        LOG.log(System.Logger.Level.INFO, () -> "\"" + settings.name + "\" is warm. "
                + String.join("; ", found.stream().map(Best::text).toList())
                + (own ? ". As was set, at most " + settings.maxCost : ". At most " + most) + " together.");
        return own ? settings.maxCost : most;
    }

    private Best best(I sample) throws Exception {
        long cost = Math.max(1, settings.cost.applyAsLong(sample));
        Map<Integer, Double> nanos = new TreeMap<>();
        for (int items = 1; items == 1 || (items <= settings.maxItems && inTime()); items *= 2) {
            nanos.put(items, nanosEach(sample, items, cost));
        }
        double quickest = Collections.min(nanos.values());
        int items = nanos.entrySet().stream().filter(each -> each.getValue() <= NEARLY * quickest).findFirst()
                .orElseThrow()
                .getKey();
        return new Best(cost, items, Objects.requireNonNull(nanos.get(1)) / Objects.requireNonNull(nanos.get(items)));
    }

    /**
     * How long one of so many takes: the shortest of a few runs. What else the machine does makes runs longer, never shorter.
     */
    private double nanosEach(I sample, int count, long cost) throws Exception {
        long shortest = Long.MAX_VALUE;
        long sum = 0;
        for (int run = 0; run == 0 || (inTime() && run <= RUNS && sum < LONG_ENOUGH); run++) {
            List<Item<I>> items = Collections.nCopies(count, sample).stream()
                    .map(each -> new Item<>(each, Context.root(), new Attributes())).toList();
            long began = settings.time.nanoTime();
            check(items, settings.model.run(items));
            long took = settings.time.nanoTime() - began;
            shortest = Math.min(shortest, took);
            if (run > 0) {
                sum += took;
                pace.learn(cost * count, took, settings.time.nanoTime());
            }
        }
        return (double) shortest / count;
    }

    private boolean inTime() {
        return settings.time.nanoTime() < end;
    }

    private void check(List<Item<I>> items, List<Outcome<O>> outcomes) {
        BatchRunner.check(items, outcomes, new HashMap<>());
        for (Outcome<O> outcome : outcomes) {
            if (outcome instanceof Outcome.Failed<O> failed) {
                throw new IllegalStateException("a sample failed", failed.failure());
            }
        }
    }
}
