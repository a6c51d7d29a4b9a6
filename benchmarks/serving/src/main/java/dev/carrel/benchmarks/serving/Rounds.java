package dev.carrel.benchmarks.serving;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * What came of each round, by the rows of a table.
 *
 * @param <R> what names a row
 * @param <T> what comes of a round
 */
final class Rounds<R, T> {
    private final Map<R, List<T>> rows = new LinkedHashMap<>();

    void add(R row, T round) {
        rows.computeIfAbsent(row, first -> new ArrayList<>()).add(round);
    }

    /** The rows, in the order in which they came. */
    Set<R> rows() {
        return rows.keySet();
    }

    /** The median of a figure of a row; of two in the middle, the greater. */
    double median(R row, ToDoubleFunction<T> figure) {
        List<T> rounds = rows.get(row);
        if (rounds == null) {
            throw new IllegalArgumentException("nothing was measured of " + row);
        }
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
