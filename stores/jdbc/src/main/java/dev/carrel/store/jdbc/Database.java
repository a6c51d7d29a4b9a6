package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;

/**
 * A database as the classes that fill the ports use it. Callers wait through interrupts, for they cannot call back what is
 * being written. Thread-safe.
 */
interface Database {
    /**
     * A change. It may run more than once before it counts, so its effects are in the database and in
     * {@link Tx#afterCommit} only. What it throws before its first write refuses it, and is thrown to whoever asked.
     */
    @FunctionalInterface
    interface Operation<T extends @Nullable Object> {
        T run(Tx tx) throws SQLException;
    }

    /** A read. It may run more than once. */
    @FunctionalInterface
    interface Query<T extends @Nullable Object> {
        T run(Reading sql) throws SQLException;
    }

    /**
     * Runs the operation and returns its result when it is durable.
     *
     * @throws dev.carrel.error.UnavailableException if the store is closed or overrun, or the database cannot take it
     * @throws IllegalStateException if the database says that the operation itself is wrong
     */
    <T extends @Nullable Object> T run(Operation<T> operation);

    /**
     * As {@link #run(Operation)}, for what goes by the row of this: of those, one runs at a time on this node, and those that
     * wait for it may share a transaction.
     *
     * @param of the session, the set of the places, or another thing with a row of its own
     */
    <T extends @Nullable Object> T run(Object of, Operation<T> operation);

    /**
     * As {@link #run}, for what begins new work. It is refused while there is still room for what has begun already.
     *
     * @throws dev.carrel.error.OverloadedException if too much waits
     */
    <T extends @Nullable Object> T admit(SessionId session, Operation<T> operation);

    /** Reads with one statement. A read sees everything that was acknowledged. */
    <T extends @Nullable Object> T read(Query<T> query);

    /**
     * Reads what belongs to a key, as {@link #read} does; those that are asked for at the same time may be read by one
     * statement.
     */
    default <K, T> Finder<K, T> finder(Lookup<K, T> lookup) {
        return key -> read(sql -> Optional.ofNullable(lookup.find(sql, List.of(key)).get(key)));
    }

    /** Reads with several statements, which all see the database as it is at one moment. */
    <T extends @Nullable Object> T together(Query<T> query);
}
