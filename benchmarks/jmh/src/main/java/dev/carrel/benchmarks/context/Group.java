package dev.carrel.benchmarks.context;

import java.util.List;

/**
 * Rows that do the same work.
 *
 * @param name for {@code --group}
 * @param title what the work is
 * @param benchmark the class whose methods the rows are
 * @param bound whether the measuring threads have values bound already
 * @param of what there are more or less of: {@code keys} or {@code frames}; the measured process finds the number in
 *        {@code carrel.benchmark.keys} or {@code carrel.benchmark.frames}
 * @param sizes how many of them: a column each
 * @param reading how the time of an operation is counted
 * @param rows in the order of the table
 */
record Group(String name, String title, Class<?> benchmark, boolean bound, String of, List<Integer> sizes,
        Reading reading, List<Row> rows) {
    /**
     * A line of the table.
     *
     * @param method the method of the benchmark
     */
    record Row(String label, String method) {}

    String property() {
        return "carrel.benchmark." + of;
    }

    /** What the figures are. */
    enum Reading {
        /** Threads compute. */
        MEASURING_NANOS("nanoseconds of processor time", ProcessorTime.MEASURING, 1),
        /** Threads wait for others: what the others do, and to wake each other, belongs to the work. */
        PROCESS_MICROS("microseconds of processor time, of all threads of the process", ProcessorTime.PROCESS, 1_000);

        private final String unit;
        private final String result;
        private final double nanos;

        Reading(String unit, String result, double nanos) {
            this.unit = unit;
            this.result = result;
            this.nanos = nanos;
        }

        String unit() {
            return unit;
        }

        /** The label of the result that JMH brings. */
        String result() {
            return result;
        }

        /** The figure for so many nanoseconds. */
        double figure(double ofNanos) {
            return ofNanos / nanos;
        }
    }
}
