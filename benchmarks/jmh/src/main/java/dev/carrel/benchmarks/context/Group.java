package dev.carrel.benchmarks.context;

import java.util.List;

/**
 * Rows that do the same work.
 *
 * @param name for {@code --group}
 * @param title what the work is
 * @param benchmark the class whose methods the rows are
 * @param bound whether the measuring threads have five values, or as many as {@code keys} says, bound already
 * @param keys how many values there are: a column each
 * @param reading how the time of an operation is counted
 * @param rows in the order of the table
 */
record Group(String name, String title, Class<?> benchmark, boolean bound, List<Integer> keys, Reading reading,
        List<Row> rows) {
    /**
     * A line of the table.
     *
     * @param method the method of the benchmark
     */
    record Row(String label, String method) {}

    /** How the time that one thread saw becomes a figure that can be compared between numbers of threads. */
    enum Reading {
        /** Threads compute: when there are more of them than cores they wait for a core, which is not the work's cost. */
        NANOS_OF_A_CORE("nanoseconds of a core") {
            @Override
            double figure(double nanos, int threads, int cores) {
                return nanos * Math.min(1, (double) cores / threads);
            }
        },
        /** Threads wait for others: what counts is how often a result comes, from all of them together. */
        MICROS_BETWEEN_RESULTS("microseconds from one result to the next, of all threads together") {
            @Override
            double figure(double nanos, int threads, int cores) {
                return nanos / threads / 1_000;
            }
        };

        private final String unit;

        Reading(String unit) {
            this.unit = unit;
        }

        String unit() {
            return unit;
        }

        abstract double figure(double nanos, int threads, int cores);
    }
}
