package dev.carrel.benchmarks.serving;

import java.util.Arrays;
import java.util.Random;

/** When requests are due, whatever becomes of them: a Poisson process. Immutable. */
final class Arrivals {
    private final long[] nanos;

    private Arrivals(long[] nanos) {
        this.nanos = nanos;
    }

    /** These moments, ascending. */
    static Arrivals at(long... nanos) {
        return new Arrivals(nanos.clone());
    }

    /** At this rate for so long. */
    static Arrivals poisson(double perSecond, double seconds, Random random) {
        long[] nanos = new long[16 + (int) (2 * perSecond * seconds)];
        int count = 0;
        double mean = 1e9 / perSecond;
        double next = -mean * Math.log(1 - random.nextDouble());
        while (next < seconds * 1e9) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = (long) next;
            next -= mean * Math.log(1 - random.nextDouble());
        }
        return new Arrivals(Arrays.copyOf(nanos, count));
    }

    int count() {
        return nanos.length;
    }

    /** When the i-th is due, in nanoseconds from the beginning. */
    long at(int i) {
        return nanos[i];
    }
}
