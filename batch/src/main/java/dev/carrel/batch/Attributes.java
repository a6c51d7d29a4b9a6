package dev.carrel.batch;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What the steps of a model note for each other on one request, and on no other: it goes with the request from the step that
 * decodes it through its {@link Item} to the step that encodes its result. Thread-safe.
 */
public final class Attributes {
    private @Nullable Map<Attribute<?>, Object> noted;

    /** Nothing noted yet. */
    public Attributes() {}

    /** What was noted; empty if nothing was. */
    public synchronized <T> Optional<T> get(Attribute<T> attribute) {
        return noted == null ? Optional.empty() : Optional.ofNullable(noted.get(attribute)).map(attribute::cast);
    }

    /** Notes this, instead of what was noted before. */
    public synchronized <T> void put(Attribute<T> attribute, T value) {
        if (noted == null) {
            noted = new HashMap<>(4);
        }
        noted.put(Objects.requireNonNull(attribute, "attribute"), Objects.requireNonNull(value, "value"));
    }
}
