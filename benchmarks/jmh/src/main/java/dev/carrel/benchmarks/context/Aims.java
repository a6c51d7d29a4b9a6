package dev.carrel.benchmarks.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** What was aimed at, and whether it holds in this run. Judged by the figures of one thread where nothing else is said. */
final class Aims {
    private final Map<String, Measured> groups;
    private final List<Integer> threads;
    private final List<String> lines = new ArrayList<>();

    Aims(Map<String, Measured> groups, List<Integer> threads) {
        this.groups = groups;
        this.threads = threads;
    }

    /** A Markdown table of those aims whose groups were measured; empty if there is none. */
    String table() {
        int one = threads.getFirst();
        atMost("`get` on a held context, ns, worst of 4, 16, 48 keys", worst("held", one), 3);
        atMost("`get` through `current()`, ns, worst of 4, 16, 48 keys", worst("get", one), 5);
        atMost("the same: 48 keys against 4", ratio(carrel("get", one, 48), carrel("get", one, 4)), 1.3);
        int most = threads.getLast();
        if (most > one) {
            atMost("the same: %d threads against %d".formatted(most, one), ratio(worst("get", most), worst("get", one)),
                    1.3);
        }
        Optional<Double> wrap = carrel("wrap", one, 5);
        atMost("wrap and run against a raw `ScopedValue`", ratio(wrap, of("wrap", Groups.SCOPED_VALUE)), 1.3);
        atMost("wrap and run, ns more than OpenTelemetry",
                wrap.flatMap(own -> of("wrap", Groups.OPEN_TELEMETRY).map(peer -> own - peer)), 20);
        Optional<Double> hop = carrel("hop", one, 5);
        Optional<Double> bare = of("hop", Groups.NOTHING);
        for (String peer : List.of(Groups.MICROMETER_FIVE, Groups.TRANSMITTABLE_FIVE)) {
            double aim = peer.equals(Groups.MICROMETER_FIVE) ? 10 : 20;
            atLeast("hop with five values: " + peer + ", against Carrel", ratio(of("hop", peer), hop), aim);
            atLeast("the same, less the hop that carries nothing", ratio(less(of("hop", peer), bare), less(hop, bare)),
                    aim);
            atLeast("run and read: " + peer + ", against Carrel", ratio(of("run", peer), carrel("run", one, 5)), aim);
            atLeast("wrap and run: " + peer + ", against Carrel", ratio(of("wrap", peer), wrap), aim);
        }
        atMost("a submit-site trace, µs, 50 frames deep", less(carrel("site", one, 50),
                Optional.ofNullable(groups.get("site")).flatMap(site -> site.figure(Groups.UNTRACED, one, 50)))
                .map(nanos -> nanos / 1_000),
                5);
        return lines.isEmpty()
                ? ""
                : "### Aims\n\n| | aim | measured | |\n|---|--:|--:|---|\n" + String.join("\n", lines) + "\n";
    }

    private Optional<Double> of(String group, String label) {
        return Optional.ofNullable(groups.get(group))
                .flatMap(measured -> measured.figure(label, threads.getFirst(), 5));
    }

    private Optional<Double> carrel(String group, int count, int keys) {
        return Optional.ofNullable(groups.get(group)).flatMap(measured -> measured.figure(Groups.CARREL, count, keys));
    }

    private Optional<Double> worst(String group, int count) {
        double[] all = DoubleStream.of(4, 16, 48).map(keys -> carrel(group, count, (int) keys).orElse(Double.NaN))
                .toArray();
        double worst = DoubleStream.of(all).max().orElse(Double.NaN);
        return Double.isNaN(worst) ? Optional.empty() : Optional.of(worst);
    }

    private static Optional<Double> less(Optional<Double> from, Optional<Double> what) {
        return from.flatMap(a -> what.map(b -> a - b));
    }

    private static Optional<Double> ratio(Optional<Double> above, Optional<Double> below) {
        return above.flatMap(a -> below.map(b -> a / b));
    }

    private void atMost(String what, Optional<Double> measured, double aim) {
        measured.ifPresent(it -> line(what, "at most " + aim, it, it <= aim));
    }

    private void atLeast(String what, Optional<Double> measured, double aim) {
        measured.ifPresent(it -> line(what, "at least " + aim, it, it >= aim));
    }

    private void line(String what, String aim, double measured, boolean holds) {
        lines.add(String.format(Locale.ROOT, "| %s | %s | %.2f | %s |", what, aim, measured,
                holds ? "holds" : "**does not hold**"));
    }
}
