package dev.carrel.session;

import java.util.List;
import java.util.function.UnaryOperator;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.id.SessionId;

/**
 * The conversation that the running turn or function belongs to: its state, and what was said before.
 *
 * <p>Changes are buffered, visible at once to the code that makes them, and written in one piece when the turn commits or
 * the function returns. If it fails, nothing changed. If something else has changed a key in between, {@link #update}
 * functions run again on the new value, so they must be free of side effects; a {@link #set} overwrites.
 *
 * <p>Thread-safe: parallel work of one turn may share it.
 */
public interface Session {
    /** The running session, bound by the edge or the lane; ends with the turn or function. */
    ContextKey<Session> KEY = ContextKey.of("session", Kind.TURN);

    /**
     * The session of the running work.
     *
     * @throws dev.carrel.error.MissingContextException outside of one
     */
    static Session current() {
        return Context.current().get(KEY);
    }

    /** Its id. */
    SessionId id();

    /** The value of the key, with the changes made here. */
    <T> T get(StateKey<T> key);

    /** Replaces the value, whatever it is by then. */
    <T> void set(StateKey<T> key, T value);

    /** Changes the value, and returns the new one. {@code change} may run more than once. */
    <T> T update(StateKey<T> key, UnaryOperator<T> change);

    /** Back to the key's initial value. */
    void remove(StateKey<?> key);

    /**
     * Runs {@code action} in this context once the changes are written, before anybody is told so; not at all if they are
     * not. For what is derived from the store, such as an index in memory. It must not fail.
     */
    void afterCommit(Runnable action);

    /** The committed turns before this one, oldest first, at most the last {@code limit}. */
    List<Turn> history(int limit);
}
