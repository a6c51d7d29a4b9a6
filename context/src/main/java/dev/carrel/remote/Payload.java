package dev.carrel.remote;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import dev.carrel.context.Authority;
import dev.carrel.context.Principal;

/**
 * What the signed part of a header says.
 *
 * @param expires on the wall clock, in milliseconds of 1970
 * @param remaining until the deadline, in milliseconds
 * @param principal its fields, as {@link #of(Principal)} writes them; empty if none travels
 * @param values by key name
 */
record Payload(long expires, Optional<Long> remaining, List<String> principal, Map<String, String> values) {
    private static final String VERSION = "1";
    private static final String VISITOR = "visitor";
    private static final String USER = "user";

    boolean isEmpty() {
        return remaining.isEmpty() && principal.isEmpty() && values.isEmpty();
    }

    String text() {
        List<String> fields = new ArrayList<>(List.of(VERSION, Long.toString(expires),
                remaining.map(millis -> Long.toString(millis)).orElse(""), Fields.write(principal)));
        values.forEach((name, value) -> fields.addAll(List.of(name, value)));
        return Fields.write(fields);
    }

    /** @throws IllegalArgumentException if it is not one of this version */
    static Payload parse(String text) {
        List<String> fields = Fields.read(text);
        if (fields.size() % 2 != 0 || fields.size() < 4 || !fields.getFirst().equals(VERSION)) {
            throw new IllegalArgumentException("not a payload of version " + VERSION);
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 4; i < fields.size(); i += 2) {
            if (values.put(fields.get(i), fields.get(i + 1)) != null) {
                throw new IllegalArgumentException("a name comes twice");
            }
        }
        return new Payload(Long.parseLong(fields.get(1)),
                fields.get(2).isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(fields.get(2))),
                Fields.read(fields.get(3)), values);
    }

    static List<String> of(Principal principal) {
        if (principal.anonymous()) {
            return List.of(VISITOR, principal.tenant(), principal.user());
        }
        List<String> fields = new ArrayList<>(
                List.of(USER, principal.tenant(), principal.user(), principal.name()));
        principal.roles().stream().sorted().forEach(fields::add);
        return fields;
    }

    /** Made anew on this side, by the authority of this side. */
    Optional<Principal> principal(Authority authority) {
        if (principal.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(switch (principal.getFirst()) {
            case VISITOR -> authority.visitor(principal.get(1), principal.get(2));
            case USER -> authority.user(principal.get(1), principal.get(2), principal.get(3),
                    Set.copyOf(principal.subList(4, principal.size())));
            default -> throw new IllegalArgumentException("a principal of another version");
        });
    }

    Instant expiry() {
        return Instant.ofEpochMilli(expires);
    }

    Optional<Duration> left() {
        return remaining.map(Duration::ofMillis);
    }
}
