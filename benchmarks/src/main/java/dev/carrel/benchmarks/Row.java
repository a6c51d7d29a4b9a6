package dev.carrel.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A line of the table of turns. */
record Row(int chats, String load, List<Double> figures) {
    /** What the columns are. */
    static final String HEAD = """
            | server | chats | load | turns/s | first event, ms: p50 | p99 | last event, ms: p50 | p99 | CPU of server, \
            µs a turn | of load program |
            |---|--:|---|--:|--:|--:|--:|--:|--:|--:|""";

    static Row of(int chats, String load, Crowd.Measured measured) {
        return new Row(chats, load, List.of(measured.turnsPerSecond(), measured.first().quantile(0.5),
                measured.first().quantile(0.99), measured.last().quantile(0.5), measured.last().quantile(0.99),
                measured.serverMicros(), measured.loadMicros()));
    }

    /** The median of each figure. */
    static Row median(List<Row> rows) {
        Row any = rows.getFirst();
        return new Row(any.chats, any.load, IntStream.range(0, any.figures.size()).mapToObj(i -> rows.stream()
                .map(row -> row.figures.get(i)).sorted().skip(rows.size() / 2).findFirst().orElseThrow()).toList());
    }

    String line(String server) {
        return String.format(Locale.ROOT, "| %s | %,d | %s | %,.0f | %.1f | %.1f | %.1f | %.1f | %,.0f | %,.0f |",
                server,
                chats, load, figures.get(0), figures.get(1), figures.get(2), figures.get(3), figures.get(4),
                figures.get(5), figures.get(6));
    }
}
