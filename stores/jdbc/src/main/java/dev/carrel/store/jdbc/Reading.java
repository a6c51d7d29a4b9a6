package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** Queries, in a transaction or outside of one. */
interface Reading {
    /** Makes something of one row. */
    @FunctionalInterface
    interface Row<T extends @Nullable Object> {
        T of(Columns row) throws SQLException;
    }

    /** The rows, in order. */
    <T> List<T> list(String query, Row<T> row, @Nullable Object... values) throws SQLException;

    /** The first row, if there is one. */
    <T> Optional<T> first(String query, Row<T> row, @Nullable Object... values) throws SQLException;

    /** What time it is by the store's clock. */
    Instant now() throws SQLException;

    /** What time it is by the store's clock, given what its database's clock said a moment ago. */
    Instant now(Instant inDatabase);

    /** The database's dialect. */
    Dialect dialect();
}
