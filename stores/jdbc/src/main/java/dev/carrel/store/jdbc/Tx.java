package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The transaction that an operation of the {@link Writer} takes part in, and what is to be told to others once it is
 * committed. Belongs to the writer's thread.
 */
final class Tx implements Reading {
    private final Sql sql;
    private final List<Runnable> afterCommit = new ArrayList<>();
    private boolean wrote;

    Tx(Sql sql) {
        this.sql = sql;
    }

    @Override
    public <T> Optional<T> first(String query, Row<T> row, @Nullable Object... values) throws SQLException {
        return sql.first(query, row, values);
    }

    @Override
    public <T> List<T> list(String query, Row<T> row, @Nullable Object... values) throws SQLException {
        return sql.list(query, row, values);
    }

    /** Writes. An operation that refuses must do so before its first write. */
    int write(String change, @Nullable Object... values) throws SQLException {
        wrote = true;
        return sql.update(change, values);
    }

    /** Runs this when everything is durable, in the order of the operations, on the writer's thread. */
    void afterCommit(Runnable tell) {
        afterCommit.add(tell);
    }

    /** A new operation begins. */
    void begin() {
        wrote = false;
    }

    /** Whether the operation has written. */
    boolean wrote() {
        return wrote;
    }

    /** What there is to tell, once. */
    List<Runnable> told() {
        List<Runnable> told = List.copyOf(afterCommit);
        afterCommit.clear();
        return told;
    }
}
