package dev.carrel.session;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

/**
 * What is kept for the running turn's or function's session, its user, their tenant and the application; each key says which
 * of them. There is no way to name another user or session here: they are those of the running work.
 *
 * <p>Changes are buffered, visible at once to the code that makes them, and written in one piece when the turn commits or the
 * function returns; if it fails, nothing changed. What is changed here the store does itself, to whatever it finds by then:
 * ten sessions of a user that increment give ten. So what these methods return is what it comes to as things stand now.
 *
 * <p>Thread-safe: parallel work of one turn may share it.
 */
public interface State {
    /** That of the running work, bound by the edge or the lane; ends with the turn or function. */
    ContextKey<State> KEY = ContextKey.of("state", Kind.TURN);

    /**
     * That of the running work.
     *
     * @throws dev.carrel.error.MissingContextException outside of a turn or function
     */
    static State current() {
        return Context.current().get(KEY);
    }

    /** One entry of a list. The id is random and names the entry within its list. */
    record Entry<E>(String id, E value, Instant at) {}

    /**
     * The value of the key, with the changes made here.
     *
     * @throws dev.carrel.error.FailedException if what is stored is of another type or a later version, or cannot be read
     */
    <T> T get(StateKey<T> key);

    /** Gives the key this value if it has none; whether that was so. */
    <T> boolean putIfAbsent(StateKey<T> key, T value);

    /** Back to the key's default. */
    void remove(StateKey<?> key);

    /**
     * Adds to the number, and returns the sum.
     *
     * @throws ArithmeticException if it is beyond the range of a {@code long}
     */
    long increment(StateKey<Long> key, long by);

    /**
     * Changes members of a value that is stored as a JSON object and leaves the others as they are; one that is null is removed
     * (RFC 7396).
     *
     * @return the changed value
     */
    <T> T merge(StateKey<T> key, Map<String, ? extends @Nullable Object> members);

    /** Appends a value. */
    <E> Entry<E> append(ListKey<E> list, E value);

    /** The entries, oldest first, with the changes made here. */
    <E> List<Entry<E>> list(ListKey<E> list);

    /** Removes the entry; false if there is none of that id. */
    boolean remove(ListKey<?> list, String id);
}
