package dev.carrel.cli;

import java.util.Map;
import java.util.stream.Collectors;

import dev.carrel.store.jdbc.Archive;

/** How much of what, for people. */
final class Counts {
    private Counts() {}

    static String of(Archive.Summary summary) {
        return summary.total() == 0
                ? "nothing"
                : summary.counts().entrySet().stream().map(Counts::plural).collect(Collectors.joining(", "));
    }

    /** Of things named in the plural. */
    static String of(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(each -> each.getValue() + " " + (each.getValue() == 1
                        ? each.getKey().replaceFirst("ies$", "y").replaceFirst("s$", "")
                        : each.getKey()))
                .collect(Collectors.joining(", "));
    }

    /** The kinds of an archive's records are named in the singular. */
    private static String plural(Map.Entry<String, Long> count) {
        String kind = count.getKey().replace('-', ' ');
        if (count.getValue() == 1) {
            return "1 " + kind;
        }
        String many = switch (kind) {
            case "ended" -> "ended sessions";
            case "entry" -> "entries";
            case "shared entry" -> "shared entries";
            default -> kind + "s";
        };
        return count.getValue() + " " + many;
    }
}
