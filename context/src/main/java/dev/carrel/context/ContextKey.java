package dev.carrel.context;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * A typed key of a {@link Context}. Compared by identity: two keys of one name are two keys, so a library cannot read or
 * overwrite another's value by guessing a name.
 *
 * {@snippet :
 * static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
 *
 * Context.current().with(COURSE, "chemistry").run(() -> teach());
 * }
 *
 * Declare keys as static constants: each takes a slot for the life of the process. Values should be immutable. Instances
 * are thread-safe.
 */
public final class ContextKey<T> {
    private static final AtomicInteger SLOTS = new AtomicInteger();

    private final String name;
    private final Kind kind;
    private final boolean identity;
    private final @Nullable T defaultValue;
    private final int slot = SLOTS.getAndIncrement();

    private ContextKey(String name, Kind kind, boolean identity, @Nullable T defaultValue) {
        this.name = Objects.requireNonNull(name, "name");
        this.kind = Objects.requireNonNull(kind, "kind");
        this.identity = identity;
        this.defaultValue = defaultValue;
    }

    /** A key without a default: reading it where it is not bound is an explained error. */
    public static <T> ContextKey<T> of(String name, Kind kind) {
        return new ContextKey<>(name, kind, false, null);
    }

    /** A key that reads as {@code defaultValue} where it is not bound. */
    public static <T> ContextKey<T> withDefault(String name, Kind kind, T defaultValue) {
        return new ContextKey<>(name, kind, false, Objects.requireNonNull(defaultValue, "defaultValue"));
    }

    /** A key that only an {@link Authority} may bind. */
    static <T> ContextKey<T> identity(String name, Kind kind) {
        return new ContextKey<>(name, kind, true, null);
    }

    /** The name, for messages; it has no other meaning. */
    public String name() {
        return name;
    }

    /** How long a value of this key lives. */
    public Kind kind() {
        return kind;
    }

    Optional<T> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    boolean isIdentity() {
        return identity;
    }

    int slot() {
        return slot;
    }

    @Override
    public String toString() {
        return name;
    }
}
