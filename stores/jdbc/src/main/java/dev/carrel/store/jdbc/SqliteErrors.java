package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import dev.carrel.error.UnavailableException;

/** SQLite's errors in words. */
final class SqliteErrors {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteErrors.class);

    /** Asking again would not help against these. */
    private static final Set<Integer> DEFECTS = Set.of(SQLiteErrorCode.SQLITE_ERROR.code,
            SQLiteErrorCode.SQLITE_CONSTRAINT.code, SQLiteErrorCode.SQLITE_MISMATCH.code,
            SQLiteErrorCode.SQLITE_MISUSE.code, SQLiteErrorCode.SQLITE_RANGE.code, SQLiteErrorCode.SQLITE_TOOBIG.code);

    private SqliteErrors() {}

    /** The primary code, whose extended codes (https://sqlite.org/rescode.html) say more than is needed here. */
    static int code(SQLException e) {
        return e instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : e.getErrorCode() & 0xff;
    }

    static boolean is(SQLException e, SQLiteErrorCode code) {
        return code(e) == code.code;
    }

    /**
     * For whoever asked: that the store could not do it, if it may be able to later; else that it is a defect. Nothing was
     * changed.
     *
     * @param what what the database cannot do, for the log
     */
    static RuntimeException explained(SQLException e, String what) {
        if (DEFECTS.contains(code(e))) {
            return new IllegalStateException("The database cannot " + what + ": it is asked for something wrong.", e);
        }
        LOG.warn("The database cannot {}", what, e);
        return unavailable(e);
    }

    private static UnavailableException unavailable(SQLException e) {
        if (is(e, SQLiteErrorCode.SQLITE_FULL)) {
            return new UnavailableException("This cannot be stored: the server has no space left.");
        }
        if (is(e, SQLiteErrorCode.SQLITE_READONLY) || is(e, SQLiteErrorCode.SQLITE_PERM)) {
            return new UnavailableException("The server's storage takes no changes at the moment.");
        }
        if (is(e, SQLiteErrorCode.SQLITE_CORRUPT) || is(e, SQLiteErrorCode.SQLITE_NOTADB)) {
            return new UnavailableException("The server's storage is damaged.");
        }
        return new UnavailableException("The server's storage does not answer. Try again in a moment.");
    }

    /** For whoever started the program: what is wrong with the database that it cannot be opened. */
    static String opening(SQLException e) {
        if (is(e, SQLiteErrorCode.SQLITE_NOTADB)) {
            return "is not a SQLite database";
        }
        if (is(e, SQLiteErrorCode.SQLITE_CORRUPT)) {
            return "is damaged: restore it from a backup";
        }
        if (is(e, SQLiteErrorCode.SQLITE_FULL)) {
            return "cannot be opened: the disk is full";
        }
        if (is(e, SQLiteErrorCode.SQLITE_BUSY) || is(e, SQLiteErrorCode.SQLITE_LOCKED)) {
            return "is in use by another program";
        }
        if (is(e, SQLiteErrorCode.SQLITE_READONLY) || is(e, SQLiteErrorCode.SQLITE_PERM)) {
            return "is not writable";
        }
        return "cannot be opened (" + String.valueOf(e.getMessage()).replaceAll("\\s+", " ") + ")";
    }
}
