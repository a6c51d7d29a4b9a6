package dev.carrel.session;

import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A typed key of session state, with a default and a codec. Its values live as long as the session, in the store.
 *
 * {@snippet :
 * static final StateKey<Integer> COUNT = StateKey.of("count", 0);
 *
 * int n = Session.current().update(COUNT, count -> count + 1);
 * }
 *
 * Declare keys as constants; the name is what the store knows it by. Immutable and thread-safe.
 */
public final class StateKey<T> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final String name;
    private final Codec<T> codec;
    private final Supplier<T> initial;

    private StateKey(String name, Codec<T> codec, Supplier<T> initial) {
        this.name = requireName(name);
        this.codec = Objects.requireNonNull(codec, "codec");
        this.initial = Objects.requireNonNull(initial, "initial");
    }

    static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a key's name must be 1 to 64 of A-Z a-z 0-9 . _ -, not \"" + name + "\"");
        }
        return name;
    }

    /** A key whose value starts as {@code initial}, an immutable value; stored as JSON of that value's class. */
    @SuppressWarnings("unchecked")
    public static <T> StateKey<T> of(String name, T initial) {
        Codec<T> codec = Codec.json((Class<T>) initial.getClass());
        return new StateKey<>(name, codec, () -> initial);
    }

    /** A key whose value starts as what {@code initial} makes, anew for each session. */
    public static <T> StateKey<T> of(String name, Class<T> type, Supplier<T> initial) {
        return new StateKey<>(name, Codec.json(type), initial);
    }

    /** A key with a codec of its own. */
    public static <T> StateKey<T> of(String name, Codec<T> codec, Supplier<T> initial) {
        return new StateKey<>(name, codec, initial);
    }

    /** What the store knows it by. */
    public String name() {
        return name;
    }

    /** How its values are stored. */
    public Codec<T> codec() {
        return codec;
    }

    /** The value of a session that has none yet. */
    public T initial() {
        return initial.get();
    }

    @Override
    public String toString() {
        return name;
    }
}
