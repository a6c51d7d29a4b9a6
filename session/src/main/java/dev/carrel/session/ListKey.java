package dev.carrel.session;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * A typed key of a list, such as a user's notes. Its entries are appended, listed and removed one by one by the store itself:
 * two sessions of one user never overwrite each other's, and appending to ten thousand writes one. Immutable and thread-safe.
 */
public final class ListKey<E> implements Key {
    private final Scope scope;
    private final String name;
    private final Format<E> format;

    private ListKey(Scope scope, String name, Format<E> format) {
        this.scope = Objects.requireNonNull(scope, "scope");
        this.name = StateKey.requireName(name);
        this.format = Objects.requireNonNull(format, "format");
    }

    /** A list of values that are stored as JSON of this class. */
    public static <E> ListKey<E> of(Scope scope, String name, Class<E> type) {
        return new ListKey<>(scope, name, Format.json(type));
    }

    /** A list of values in a format of their own. */
    public static <E> ListKey<E> of(Scope scope, String name, Format<E> format) {
        return new ListKey<>(scope, name, format);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public String kind() {
        return "list";
    }

    @Override
    public Optional<Duration> timeToLive() {
        return Optional.empty();
    }

    /** How its entries are stored. */
    public Format<E> format() {
        return format;
    }

    @Override
    public String toString() {
        return name;
    }
}
