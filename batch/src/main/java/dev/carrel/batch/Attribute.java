package dev.carrel.batch;

import java.util.Objects;

/**
 * What one step of a model notes on an item for the next: when it began, a header, the length of a text. Compared by identity:
 * declare it once, as a constant, and share that.
 *
 * {@snippet :
 * static final Attribute<Tokens> TOKENS = Attribute.of("tokens", Tokens.class);
 * }
 *
 * @param <T> what is noted
 */
public final class Attribute<T> {
    private final String name;
    private final Class<T> type;

    private Attribute(String name, Class<T> type) {
        this.name = Objects.requireNonNull(name, "name");
        this.type = Objects.requireNonNull(type, "type");
    }

    /** Another one for values of this type; the name is for people to read. */
    public static <T> Attribute<T> of(String name, Class<T> type) {
        return new Attribute<>(name, type);
    }

    T cast(Object noted) {
        return type.cast(noted);
    }

    @Override
    public String toString() {
        return name;
    }
}
