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

    /** What the figures are. */
    enum Reading {
        /** Threads compute. */
        PROCESSOR_NANOS("nanoseconds of processor time"),
        /** Threads wait for others: what counts is how often a result comes, from all of them together. */
        MICROS_BETWEEN_RESULTS("microseconds from one result to the next, of all threads together");

        private final String unit;

        Reading(String unit) {
            this.unit = unit;
        }

        String unit() {
            return unit;
        }

        /**
         * The figure of one iteration.
         *
         * @param wall how long an operation took as its thread saw it, in nanoseconds
         * @param processor how long it was on a processor
         */
        double figure(double wall, double processor, int threads) {
            return this == PROCESSOR_NANOS ? processor : wall / threads / 1_000;
        }
    }
}
