package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.store.Place;

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
    private boolean changed;
    /** The shared places that the operation has locked. */
    private final List<Place> locked = new ArrayList<>();
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
        changes();
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
        changes();
        return sql.update(change, values);
    }

    private void changes() {
        wrote = true;
        changed = true;
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

    /** Ends a transaction that has not {@link #changed} anything: there is nothing that a disk would be waited for. */
    void rollBack() throws SQLException {
        send("ROLLBACK");
    }

    /** Runs this when everything is durable, in the order of the operations. */
    void afterCommit(Runnable tell) {
        afterCommit.add(tell);
    }

    /** A new operation begins. */
    void begin() {
        wrote = false;
        locked.clear();
    }

    /** Whether the operation has written. */
    boolean wrote() {
        return wrote;
    }

    /** Whether anything was written since this transaction began, by whichever of its operations. */
    boolean changed() {
        return changed;
    }

    /** The operation has locked a place that others share. */
    void locked(Place place) {
        locked.add(place);
    }

    /**
     * Whether the operation has locked more than what it goes by. Another in the same transaction might then lock in another
     * order than all others do.
     */
    boolean lockedMoreThan(Object of) {
        return !locked.stream().allMatch(place -> of instanceof Set<?> places && places.contains(place));
    }

    /** The transaction is called so by the database. */
    void named(@Nullable String newName) {
        name = newName;
    }

    /** What the database calls it, to ask later what became of it; empty if nothing was written. */
    Optional<String> name() throws SQLException {
        if (name == null && changed) {
            name = first("SELECT " + dialect().transaction(), row -> row.text(1)).orElseThrow();
        }
        return Optional.ofNullable(changed ? name : null);
    }

    /** What there is to tell, once. */
    List<Runnable> told() {
        List<Runnable> told = List.copyOf(afterCommit);
        afterCommit.clear();
        return told;
    }
}
