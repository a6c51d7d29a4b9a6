package dev.carrel.store.jdbc;

import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What two rows of records differ in. */
final class Comparison {
    private Comparison() {}

    /** The first difference, in one line; empty if there is none. */
    static Optional<String> first(String one, Lines a, String other, Lines b) {
        long same = 0;
        while (true) {
            @Nullable
            String left = a.next();
            @Nullable
            String right = b.next();
            if (!Objects.equals(left, right)) {
                return Optional.of("After " + same + " records that are the same, " + one + " has "
                        + what(left) + ", and " + other + " has " + what(right) + alike(left, right));
            }
            if (left == null) {
                return Optional.empty();
            }
            same++;
        }
    }

    private static String alike(@Nullable String left, @Nullable String right) {
        return left != null && what(left).equals(what(right)) ? " with another content" : "";
    }

    /** The record by its names, without its content. */
    private static String what(@Nullable String line) {
        if (line == null) {
            return "no more";
        }
        JsonNode json = ArchiveFormat.parse(line);
        var what = new StringBuilder("a ").append(json.path("kind").asString());
        for (String name : new String[]{"number", "key", "list", "id"}) {
            if (json.has(name)) {
                what.append(' ').append(json.path(name).asString());
            }
        }
        if (json.has("turn")) {
            what.append(" of turn ").append(json.path("turn").asString());
        }
        if (json.has("session")) {
            what.append(" of session ").append(json.path("session").asString());
        }
        return what.toString();
    }
}
