package dev.carrel.session;

import java.time.Instant;
import java.util.List;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

/**
 * What belongs to the user who is asking, across their sessions. There is no way to name another user here: the owner is
 * the principal of the running work. Changes are buffered and written with those of the {@link Session}. Thread-safe.
 */
public interface UserData {
    /** That of the running work, bound by the edge or the lane; ends with the turn or function. */
    ContextKey<UserData> KEY = ContextKey.of("user-data", Kind.TURN);

    /**
     * That of the user who is asking.
     *
     * @throws dev.carrel.error.MissingContextException outside of a turn or function
     */
    static UserData current() {
        return Context.current().get(KEY);
    }

    /** One entry of a list. The id is random and names the entry within its list. */
    record Entry<E>(String id, E value, Instant at) {}

    /** Appends a value. */
    <E> Entry<E> append(ListKey<E> list, E value);

    /** The entries, oldest first, with the changes made here. */
    <E> List<Entry<E>> list(ListKey<E> list);

    /** Removes the entry; false if there is none of that id. */
    boolean remove(ListKey<?> list, String id);
}
