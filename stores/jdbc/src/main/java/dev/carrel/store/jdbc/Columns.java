package dev.carrel.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/** The row at which a query stands, its columns counted from 1. */
final class Columns {
    private final ResultSet rows;
    private final Dialect dialect;

    Columns(ResultSet rows, Dialect dialect) {
        this.rows = rows;
        this.dialect = dialect;
    }

    /** A text that is never missing. */
    String text(int column) throws SQLException {
        return Objects.requireNonNull(textOrNull(column), "a text is missing in column " + column);
    }

    /** A text; null if there is none. */
    @Nullable
    String textOrNull(int column) throws SQLException {
        String stored = rows.getString(column);
        return stored == null ? null : dialect.read(stored);
    }

    /** A number; 0 if there is none. */
    long number(int column) throws SQLException {
        return rows.getLong(column);
    }

    /** A number; null if there is none. */
    @Nullable
    Long numberOrNull(int column) throws SQLException {
        long number = rows.getLong(column);
        return rows.wasNull() ? null : number;
    }

    /** A small number; 0 if there is none. */
    int integer(int column) throws SQLException {
        return rows.getInt(column);
    }

    /** A moment, kept as nanoseconds since 1970. */
    Instant instant(int column) throws SQLException {
        return Sql.instant(rows.getLong(column));
    }
}
