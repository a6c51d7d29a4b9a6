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
    record Cell(String label, int threads, int keys) {}

    private final Group group;
    private final int cores = Runtime.getRuntime().availableProcessors();
    private final Map<Cell, List<Double>> samples = new LinkedHashMap<>();
    /** By the wall clock, against the processor's: how long threads waited. */
    private final Map<Cell, List<Double>> waits = new LinkedHashMap<>();

    Measured(Group group) {
        this.group = group;
    }

    void add(Group.Row row, int threads, int keys, RunResult result) {
        Cell cell = new Cell(row.label(), threads, keys);
        List<Double> figures = samples.computeIfAbsent(cell, any -> new ArrayList<>());
        List<Double> waiting = waits.computeIfAbsent(cell, any -> new ArrayList<>());
        result.getBenchmarkResults().forEach(fork -> fork.getIterationResults().forEach(iteration -> {
            double wall = iteration.getPrimaryResult().getScore();
            double processor = Objects.requireNonNull(iteration.getSecondaryResults().get(ProcessorTime.LABEL))
                    .getScore();
            figures.add(group.reading().figure(wall, processor, threads));
            waiting.add(wall * Math.min(1, (double) cores / threads) / processor);
        }));
    }

    /** The figure of that cell, if it was measured. */
    Optional<Double> figure(String label, int threads, int keys) {
        return Optional.ofNullable(samples.get(new Cell(label, threads, keys))).map(all -> quantile(all, 0.5));
    }

    /** A Markdown table, and below it how far the iterations lay apart. */
    String table(List<Integer> threads) {
        var out = new StringBuilder("### ").append(group.title()).append("\n\nIn ").append(group.reading().unit())
                .append(".\n\n|");
        for (int count : threads) {
            for (int keys : group.keys()) {
                out.append(" | ");
                if (group.keys().size() == 1 || keys == group.keys().getFirst()) {
                    out.append(count).append(count == 1 ? " thread" : " threads");
                    out.append(group.keys().size() == 1 ? "" : ": " + keys + " keys");
                } else {
                    out.append(keys);
                }
            }
        }
        int at = group.keys().size() / 2;
        out.append(" | times Carrel").append(group.keys().size() == 1 ? "" : " (" + group.keys().get(at) + " keys)")
                .append(" |\n|---").append("|--:".repeat(threads.size() * group.keys().size() + 1)).append("|\n");
        for (Group.Row row : group.rows()) {
            out.append("| ").append(row.label());
            for (int count : threads) {
                for (int keys : group.keys()) {
                    out.append(" | ").append(figure(row.label(), count, keys).map(Measured::number).orElse("-"));
                }
            }
            out.append(" | ").append(times(row.label(), threads.getFirst(), group.keys().get(at))).append(" |\n");
        }
        out.append("\nHalf of all iterations lay within ").append(spread()).append(" of these medians.");
        if (group.reading() == Group.Reading.PROCESSOR_NANOS) {
            out.append(" The wall clock's figures are these times ").append(threads.stream().map(this::waiting)
                    .collect(Collectors.joining(", "))).append(" (Carrel's row, per core).");
        }
        return out.append("\n").toString();
    }

    private String waiting(int count) {
        double[] all = waits.entrySet().stream()
                .filter(it -> it.getKey().threads() == count && it.getKey().label().equals(Groups.CARREL))
                .mapToDouble(it -> quantile(it.getValue(), 0.5)).sorted().toArray();
        return all.length == 0
                ? "-"
                : String.format(Locale.ROOT, "%.2f with %d", all[all.length / 2], count);
    }

    private String times(String label, int threads, int keys) {
        return figure(label, threads, keys)
                .flatMap(own -> figure(Groups.CARREL, threads, keys).map(carrel -> number(own / carrel))).orElse("-");
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
