package dev.carrel.benchmarks.context;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

import org.openjdk.jmh.results.RunResult;

/** The figures of one group. Each is the median of all iterations of all forks. */
final class Measured {
    /** A cell of the table. */
    record Cell(String label, int threads, int size) {}

    private final Group group;
    private final Map<Cell, List<Double>> samples = new LinkedHashMap<>();
    /** By the wall clock: from one operation to the next, of all threads together. */
    private final Map<Cell, List<Double>> walls = new LinkedHashMap<>();

    Measured(Group group) {
        this.group = group;
    }

    void add(Group.Row row, int threads, int size, RunResult result) {
        Cell cell = new Cell(row.label(), threads, size);
        List<Double> figures = samples.computeIfAbsent(cell, any -> new ArrayList<>());
        List<Double> wall = walls.computeIfAbsent(cell, any -> new ArrayList<>());
        Group.Reading reading = group.reading();
        result.getBenchmarkResults().forEach(fork -> fork.getIterationResults().forEach(iteration -> {
            figures.add(reading.figure(
                    Objects.requireNonNull(iteration.getSecondaryResults().get(reading.result())).getScore()));
            wall.add(reading.figure(iteration.getPrimaryResult().getScore()) / threads);
        }));
    }

    /** The figure of that cell, if it was measured. */
    Optional<Double> figure(String label, int threads, int size) {
        return Optional.ofNullable(samples.get(new Cell(label, threads, size))).map(all -> quantile(all, 0.5));
    }

    /** A Markdown table, and below it how far the iterations lay apart. */
    String table(List<Integer> threads) {
        var out = new StringBuilder("### ").append(group.title()).append("\n\nIn ").append(group.reading().unit())
                .append(".\n\n|");
        for (int count : threads) {
            for (int size : group.sizes()) {
                out.append(" | ");
                if (group.sizes().size() == 1 || size == group.sizes().getFirst()) {
                    out.append(count).append(count == 1 ? " thread" : " threads");
                    out.append(group.sizes().size() == 1 ? "" : ": " + size + " " + group.of());
                } else {
                    out.append(size);
                }
            }
        }
        int at = group.sizes().size() / 2;
        out.append(" | times Carrel")
                .append(group.sizes().size() == 1 ? "" : " (" + group.sizes().get(at) + " " + group.of() + ")")
                .append(" |\n|---").append("|--:".repeat(threads.size() * group.sizes().size() + 1)).append("|\n");
        for (Group.Row row : group.rows()) {
            out.append("| ").append(row.label());
            for (int count : threads) {
                for (int size : group.sizes()) {
                    out.append(" | ").append(figure(row.label(), count, size).map(Measured::number).orElse("-"));
                }
            }
            out.append(" | ").append(times(row.label(), threads.getFirst(), group.sizes().get(at))).append(" |\n");
        }
        out.append("\nHalf of all iterations lay within ").append(spread()).append(" of these medians.");
        return out.append(" From one operation to the next, by the wall clock, Carrel's row took ")
                .append(threads.stream().map(this::wall).collect(Collectors.joining(", "))).append(".\n").toString();
    }

    private String wall(int count) {
        Cell cell = new Cell(Groups.CARREL, count, group.sizes().get(group.sizes().size() / 2));
        List<Double> all = walls.get(cell);
        return (all == null ? "-" : number(quantile(all, 0.5))) + " with " + count;
    }

    private String times(String label, int threads, int size) {
        return figure(label, threads, size)
                .flatMap(own -> figure(Groups.CARREL, threads, size).map(carrel -> number(own / carrel))).orElse("-");
    }

    private String spread() {
        double[] spreads = samples.values().stream().mapToDouble(
                all -> (quantile(all, 0.75) - quantile(all, 0.25)) / 2 / quantile(all, 0.5)).sorted().toArray();
        return spreads.length == 0
                ? "-"
                : String.format(Locale.ROOT, "%.0f %% (worst row: %.0f %%)", 100 * spreads[spreads.length / 2],
                        100 * spreads[spreads.length - 1]);
    }

    static String number(double figure) {
        return String.format(Locale.ROOT, figure < 10 ? "%.1f" : "%,.0f", figure);
    }

    private static double quantile(List<Double> all, double quantile) {
        List<Double> sorted = all.stream().sorted().toList();
        return sorted.get((int) Math.round(quantile * (sorted.size() - 1)));
    }
}
