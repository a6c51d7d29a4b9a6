package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * The transaction that an {@link Database.Operation operation} takes part in, and what is to be told to others once it is
 * committed. Belongs to the thread that runs it.
 */
final class Tx implements Reading {
    /** How many changes wait for each other at most before they are sent. */
    private static final int PENDING = 64;

    private final Sql sql;
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final StringBuilder pending = new StringBuilder();
    private final List<@Nullable Object> pendingValues = new ArrayList<>();
    private int pendingChanges;
    private boolean wrote;
    private @Nullable String name;

    Tx(Sql sql) {
        this.sql = sql;
    }

    @Override
    public <T> Optional<T> first(String query, Row<T> row, @Nullable Object... values) throws SQLException {
        flush();
        return sql.first(query, row, values);
    }

    @Override
    public <T> List<T> list(String query, Row<T> row, @Nullable Object... values) throws SQLException {
        flush();
        return sql.list(query, row, values);
    }

    @Override
    public Instant now() throws SQLException {
        flush();
        return sql.now();
    }

    @Override
    public Dialect dialect() {
        return sql.dialect();
    }

    @Override
    public Instant now(Instant inDatabase) {
        return sql.now(inDatabase);
    }

    /**
     * Writes; it may happen as late as with the commit. An operation that refuses must do so before its first write.
     */
    void write(String change, @Nullable Object... values) throws SQLException {
        wrote = true;
        if (dialect() == Dialect.SQLITE) {
            sql.update(change, values);
            return;
        }
        // Sent together, they cost one round trip instead of one each.
        pending.append(change).append(";\n");
        for (Object value : values) {
            pendingValues.add(value);
        }
        if (++pendingChanges >= PENDING) {
            flush();
        }
    }

    /** Writes at once, and says how many rows that changed. */
    int count(String change, @Nullable Object... values) throws SQLException {
        flush();
        wrote = true;
        return sql.update(change, values);
    }

    private void flush() throws SQLException {
        if (pendingChanges > 0) {
            send("");
        }
    }

    /** Sends what waits, with {@code last} after it. */
    private void send(String last) throws SQLException {
        String changes = pending.append(last).toString();
        Object[] values = pendingValues.toArray();
        pending.setLength(0);
        pendingValues.clear();
        pendingChanges = 0;
        sql.run(changes, values);
    }

    /** Ends the transaction: what was written counts from now on. */
    void commit() throws SQLException {
        send("COMMIT");
    }

    /** Runs this when everything is durable, in the order of the operations. */
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

    /** The transaction is called so by the database. */
    void named(@Nullable String newName) {
        name = newName;
    }

    /** What the database calls it, to ask later what became of it; empty if nothing was written. */
    Optional<String> name() throws SQLException {
        if (name == null && wrote) {
            name = first("SELECT " + dialect().transaction(), row -> row.text(1)).orElseThrow();
        }
        return Optional.ofNullable(wrote ? name : null);
    }

    /** What there is to tell, once. */
    List<Runnable> told() {
        List<Runnable> told = List.copyOf(afterCommit);
        afterCommit.clear();
        return told;
    }
}
