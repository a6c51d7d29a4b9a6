package dev.carrel.session;

/**
 * A typed key of a list that belongs to a user, across sessions, such as their notes. Its entries are appended, listed
 * and removed one by one by the store itself, so two sessions of one user never overwrite each other's. Immutable and
 * thread-safe.
 */
public record ListKey<E>(String name, Codec<E> codec) {
    public ListKey {
        StateKey.requireName(name);
    }

    /** A list of values that are stored as JSON of this class. */
    public static <E> ListKey<E> of(String name, Class<E> type) {
        return new ListKey<>(name, Codec.json(type));
    }
}
