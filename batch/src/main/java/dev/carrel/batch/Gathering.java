package dev.carrel.batch;

import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A batch that is being put together: what may still join it. An item costs what the longest beside it costs, because a model
 * pads all of a batch to one length; so items of much different lengths run apart. Belongs to one worker.
 */
final class Gathering implements Predicate<Pending<?, ?>> {
    /**
     * How much of what an item saves by company it may cost in padding. Not all of it: another may be about to come that fits in
     * better. Simulated for texts of several spreads of length, half was within 5 % of the best share for each.
     */
    private static final double SHARE = 0.5;
    /** How many times as costly as its items alone a batch may be, as long as nobody knows what company saves, and at most. */
    private static final double PADDING = 1.15;
    private static final double MOST_PADDING = 2;

    private final int maxItems;
    private final long maxCost;
    private final OptionalDouble saving;
    private int items;
    private long longest;
    private long sum;
    private @Nullable Object kin;
    private boolean costly;
    private boolean apart;

    /** @param saving what an item that joins others saves, as a cost; empty if nobody knows */
    Gathering(int maxItems, long maxCost, OptionalDouble saving) {
        this.maxItems = maxItems;
        this.maxCost = maxCost;
        this.saving = saving;
    }

    @Override
    public boolean test(Pending<?, ?> next) {
        if (items == 0) {
            kin = next.kin();
        } else if (!kindred(next.kin())) {
            apart = true;
            return false;
        }
        long padded = Math.max(longest, next.cost()) * (items + 1);
        if (items > 0 && (padded > maxCost || !worth(padded, next.cost()))) {
            costly = true;
            return false;
        }
        items++;
        longest = Math.max(longest, next.cost());
        sum += next.cost();
        return true;
    }

    /** Whether this one gains more by company than all of the batch loses by padding. */
    private boolean worth(long padded, long cost) {
        return saving.isPresent()
                ? padded - longest * items - cost <= SHARE * saving.getAsDouble()
                        && padded <= MOST_PADDING * (sum + cost)
                : padded <= PADDING * (sum + cost);
    }

    private boolean kindred(@Nullable Object other) {
        try {
            return Objects.equals(kin, other);
        } catch (RuntimeException e) {
            // The application's own code, here under the queue's lock: what cannot be compared runs apart.
            return false;
        }
    }

    /** Whether there is room, and nothing waits that may not join. */
    boolean open() {
        return items < maxItems && !costly && !apart;
    }

    /**
     * Why it has become no larger.
     *
     * @param waited whether it was waited for more
     */
    Dispatch dispatch(boolean waited) {
        if (items == maxItems) {
            return Dispatch.FULL;
        }
        if (costly || apart) {
            return costly ? Dispatch.COST : Dispatch.APART;
        }
        return waited ? Dispatch.WINDOW : Dispatch.IDLE;
    }

    /** What a batch of these costs. */
    static <I, O> long cost(Iterable<Pending<I, O>> batch) {
        long longest = 0;
        int items = 0;
        for (Pending<I, O> each : batch) {
            longest = Math.max(longest, each.cost());
            items++;
        }
        return longest * items;
    }
}
