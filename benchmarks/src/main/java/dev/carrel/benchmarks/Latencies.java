package dev.carrel.benchmarks;

import java.util.Arrays;

/** Latencies in nanoseconds, all of them. */
public final class Latencies {
    private long[] values = new long[1024];
    private int size;

    /** None so far. */
    public Latencies() {}

    /** One more. */
    public void add(long nanos) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = nanos;
    }

    /** All of these. */
    public void addAll(Latencies others) {
        int sum = size + others.size;
        if (sum > values.length) {
            values = Arrays.copyOf(values, Math.max(sum, 2 * values.length));
        }
        System.arraycopy(others.values, 0, values, size, others.size);
        size = sum;
    }

    /** How many. */
    public int size() {
        return size;
    }

    /** Their mean, in milliseconds; not a number if there are none. */
    public double mean() {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += values[i];
        }
        return sum / size / 1e6;
    }

    /** The value that this share of all do not exceed, in milliseconds; not a number if there are none. */
    public double quantile(double share) {
        if (size == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * size) - 1)] / 1e6;
    }
}
