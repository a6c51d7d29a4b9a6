package dev.carrel.batch;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How long a batch of some cost takes, learnt from those that ran: {@code a + c * cost}, by least squares, in which a batch
 * counts less the longer ago it was. Thread-safe.
 */
final class Pace {
    /** Fewer than this say nothing. */
    private static final int FEWEST = 8;
    /** What a batch counts beside the next: about the last thirty matter. */
    private static final double FADING = 0.95;

    /** How much costs must differ, as a variance of their ratio to the mean, before the part that is fixed can be told. */
    private static final double TELLING = 0.01;

    private int batches;
    private long last;
    private double weight;
    private double costs;
    private double squares;
    private double times;
    private double products;

    /**
     * A batch of this cost took so many nanoseconds.
     *
     * @param now the monotonic clock
     */
    synchronized void learn(long cost, long nanos, long now) {
        last = now;
        batches = Math.min(FEWEST, batches + 1);
        weight = weight * FADING + 1;
        costs = costs * FADING + cost;
        squares = squares * FADING + (double) cost * cost;
        times = times * FADING + nanos;
        products = products * FADING + (double) cost * nanos;
    }

    /** How long ago the last batch was, by the monotonic clock: what was slow then may be quick again. */
    synchronized long age(long now) {
        return now - last;
    }

    /** How long a batch of this cost takes, rather too little than too much; empty as long as too few ran. */
    synchronized Optional<Duration> of(long cost) {
        if (batches < FEWEST) {
            return Optional.empty();
        }
        double nanos = line().map(line -> line.fixed + line.slope * cost)
                // All cost the same, so nothing tells the part that is fixed: a lesser one might be all proportional.
                .orElseGet(() -> times / weight * Math.min(1, cost / mean()));
        return Optional.of(Duration.ofNanos((long) nanos));
    }

    /**
     * What a batch takes whatever is in it, as the cost that would take as long: so much is saved by whatever runs in company.
     * Infinite if cost does not matter, empty as long as nothing tells.
     */
    synchronized OptionalDouble saving() {
        return batches < FEWEST || variance() < mean() * mean() * TELLING
                ? OptionalDouble.empty()
                : line().map(line -> OptionalDouble.of(line.slope == 0
                        ? Double.POSITIVE_INFINITY
                        : line.fixed / line.slope)).orElseGet(OptionalDouble::empty);
    }

    private record Line(double fixed, double slope) {}

    /** Empty if all cost the same. */
    private Optional<Line> line() {
        double variance = variance();
        if (variance <= mean() * mean() * 1e-6) {
            return Optional.empty();
        }
        double slope = Math.max(0, (products / weight - mean() * times / weight) / variance);
        return Optional.of(new Line(Math.max(0, times / weight - slope * mean()), slope));
    }

    private double mean() {
        return costs / weight;
    }

    private double variance() {
        return squares / weight - mean() * mean();
    }
}
