package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.error.UnavailableException;

/**
 * PostgreSQL's errors in words, by their <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">codes</a>.
 */
final class PostgresErrors {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresErrors.class);

    /** Stopped, crashed, starting, the database was dropped, too long idle in a transaction or a session. */
    private static final Set<String> GONE = Set.of("57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04");
    private static final String READ_ONLY = "25006";
    private static final String DISK_FULL = "53100";

    /** "Transaction resolution unknown", in the words of the SQL standard. */
    private static final String UNKNOWN = "08007";

    private PostgresErrors() {}

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /** Whether the connection is lost. */
    static boolean broken(SQLException e) {
        return state(e).startsWith("08") || GONE.contains(state(e));
    }

    /** For a commit of which it cannot be learnt whether it was one, for this reason. */
    static SQLException unknown(SQLException why) {
        return new SQLException("It is not known whether a commit was one: " + why.getMessage(), UNKNOWN, why);
    }

    /** Whether it is {@link #unknown(SQLException) unknown} if it was committed: it must not be done again. */
    static boolean isUnknown(SQLException e) {
        return state(e).equals(UNKNOWN);
    }

    /**
     * Whether each of several that shared a transaction would meet with the same; above all, what may have been committed must
     * not be done again.
     */
    static boolean everybodys(Throwable broken) {
        return broken instanceof SQLException e && (isUnknown(e) || unreachable(e) || readOnly(e));
    }

    /** Whether no connection could be had within the time that there is for it. */
    static boolean unreachable(SQLException e) {
        return e instanceof SQLTransientConnectionException;
    }

    /** Whether the transaction was rolled back for the sake of others: a deadlock, or a conflict of serializations. */
    static boolean gaveWay(SQLException e) {
        return state(e).equals("40P01") || state(e).equals("40001");
    }

    /** Whether the server takes no changes on this connection. */
    static boolean readOnly(SQLException e) {
        return state(e).equals(READ_ONLY);
    }

    /**
     * For whoever asked: that the store could not do it, if it may be able to later; else that it is a defect. Nothing was
     * changed.
     */
    static RuntimeException explained(SQLException e) {
        if (!maybeLater(e)) {
            return new IllegalStateException("The database is asked for something wrong.", e);
        }
        LOG.warn("The database cannot do it: {} ({})", e.getMessage(), e.getSQLState());
        if (state(e).equals(DISK_FULL)) {
            return new UnavailableException("This cannot be stored: the server has no space left.");
        }
        if (readOnly(e)) {
            return new UnavailableException("The server's storage takes no changes at the moment.");
        }
        return new UnavailableException("The server's storage does not answer. Try again in a moment.");
    }

    /** What whoever asked is told of what broke: {@link #explained} if it was the database. */
    static Throwable told(Throwable broken) {
        return broken instanceof SQLException e ? explained(e) : broken;
    }

    private static boolean maybeLater(SQLException e) {
        String state = state(e);
        // 53 no resources, 58 the system underneath, 55P03 a lock, 57014 a statement that took too long; 28 and 3D: who may
        // connect to what, which is its operator's to mend.
        return unreachable(e) || broken(e) || gaveWay(e) || readOnly(e) || state.startsWith("53")
                || state.startsWith("58") || state.startsWith("28") || state.startsWith("3D") || state.equals("55P03")
                || state.equals("57014");
    }

    /** For whoever started the program: why the database cannot be opened. Never holds the password. */
    static String opening(SQLException e) {
        String why = switch (state(e)) {
            case "08001", "08004", "08006" -> "cannot be reached";
            case "28000", "28P01" -> "does not let this user in: look at the name and the password";
            case "3D000" -> "is not there: create it first";
            case "42501" -> "does not let this user create what is needed: grant CREATE on it";
            case "53300" -> "has no connection left: raise its max_connections";
            case "57P03" -> "is starting or stopping";
            case READ_ONLY -> "is read-only";
            default -> "cannot be opened";
        };
        return why + " (" + String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " ") + ")";
    }
}
