package dev.carrel.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.DeclaredKey;
import dev.carrel.session.Scope;
import dev.carrel.session.store.StateStore.Usage;

/** What keys an application has declared, beside what its store holds. */
final class StateTable {
    private static final List<String> HEAD = List.of("SCOPE", "KIND", "KEY", "LIFE", "LIMIT", "PLACES", "SIZE");

    private StateTable() {}

    private record Name(Scope scope, String kind, String key) {}

    /** The lines, the first with the names of the columns. */
    static List<String> of(List<DeclaredKey> declared, List<Usage> stored) {
        Map<Name, @Nullable DeclaredKey> rows = new TreeMap<>(
                Comparator.comparing(Name::scope).thenComparing(Name::key).thenComparing(Name::kind));
        stored.forEach(usage -> rows.put(new Name(usage.scope(), usage.kind(), usage.key()), null));
        declared.forEach(key -> rows.put(new Name(key.scope(), key.kind(), key.name()), key));
        List<List<String>> table = new ArrayList<>(List.of(HEAD));
        rows.forEach((name, key) -> {
            Usage usage = stored.stream().filter(it -> it.scope() == name.scope() && it.kind().equals(name.kind())
                    && it.key().equals(name.key())).findFirst().orElse(null);
            table.add(List.of(name.scope().text(), name.kind(), name.key(), life(name, key), limit(key),
                    usage == null ? "0" : Long.toString(usage.places()), usage == null ? "0" : size(usage.length())));
        });
        return aligned(table);
    }

    private static String life(Name name, @Nullable DeclaredKey key) {
        if (key == null) {
            return name.key().startsWith("carrel.") ? "Carrel's own" : "not declared";
        }
        if (key.kind().equals("local")) {
            return "this node";
        }
        return key.timeToLive().map(StateTable::duration).orElse(name.scope() == Scope.SESSION ? "session" : "kept");
    }

    private static String limit(@Nullable DeclaredKey key) {
        return key == null || key.limit().isEmpty()
                ? "-"
                : size(key.limit().getAsInt()) + (key.kind().equals("list") ? " each" : "");
    }

    private static String duration(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    /** Characters, in thousands and millions. */
    private static String size(long characters) {
        return characters < 1_000
                ? Long.toString(characters)
                : characters < 1_000_000
                        ? String.format(Locale.ROOT, "%.1fk", characters / 1_000.0)
                        : String.format(Locale.ROOT, "%.1fM", characters / 1_000_000.0);
    }

    private static List<String> aligned(List<List<String>> table) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : table) {
            var line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = table.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
                line.append(row.get(i)).append(" ".repeat(width - row.get(i).length() + 2));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
