package dev.carrel.session;

import tools.jackson.core.JacksonException;

import dev.carrel.error.FailedException;

/** How a value is written as JSON and read back. Implementations must be thread-safe. */
public interface Codec<T> {
    /** The value as JSON text. */
    String encode(T value);

    /**
     * The value that {@code json} holds.
     *
     * @throws FailedException if it holds none
     */
    T decode(String json);

    /** Records, strings, numbers, lists and maps of such, as Jackson writes them. No type names, no Java serialisation. */
    static <T> Codec<T> json(Class<T> type) {
        return new Codec<>() {
            @Override
            public String encode(T value) {
                return Json.MAPPER.writeValueAsString(value);
            }

            @Override
            public T decode(String json) {
                try {
                    return Json.MAPPER.readValue(json, type);
                } catch (JacksonException e) {
                    throw new FailedException("A stored value can no longer be read.", e);
                }
            }
        };
    }
}
