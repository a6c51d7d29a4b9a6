package dev.carrel.server;

import org.jspecify.annotations.Nullable;

/** The server cannot start, for a reason that its operator can mend. The message is one line and says what to do. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the line for the operator. */
    public StartException(String message) {
        this(message, null);
    }

    /** With the line for the operator, and the cause for the log. */
    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
