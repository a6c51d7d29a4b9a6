package dev.carrel.app;

import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a request said beside its body: names, whose case does not matter, and values, of which the first counts. Anybody may
 * write anything here, so none of it says who is asking. Immutable.
 */
public record Headers(Map<String, String> values) {
    public Headers {
        Map<String, String> lower = HashMap.newHashMap(values.size());
        values.forEach((name, value) -> lower.putIfAbsent(name.toLowerCase(Locale.ROOT), value));
        values = Collections.unmodifiableMap(lower);
    }

    /** The header's value; empty if it did not come. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name.toLowerCase(Locale.ROOT)));
    }

    /** How many there are: what they say may be a secret. */
    @Override
    public String toString() {
        return "Headers[" + values.size() + "]";
    }
}
