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
 * <p>Its own state can also be replaced and changed freely. If something else has changed a key in between, {@link #update}
 * functions run again on the new value, so they must be free of side effects; a {@link #set} overwrites.
 */
public interface Session extends State {
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

    /**
     * Replaces the value, whatever it is by then.
     *
     * @throws IllegalArgumentException if the key is not of session scope
     */
    <T> void set(StateKey<T> key, T value);

    /**
     * Changes the value, and returns the new one. {@code change} may run more than once.
     *
     * @throws IllegalArgumentException if the key is not of session scope
     */
    <T> T update(StateKey<T> key, UnaryOperator<T> change);

    /** What the session has of this on this node; made now if it has none. */
    <T> T local(LocalKey<T> key);

    /**
     * Runs {@code action} in this context once the changes are written, before anybody is told so; not at all if they are
     * not. For what is derived from the store, such as an index in memory. It must not fail.
     */
    void afterCommit(Runnable action);

    /** The committed turns before this one, oldest first, at most the last {@code limit}. */
    List<Turn> history(int limit);
}
