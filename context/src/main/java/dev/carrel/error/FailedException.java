package dev.carrel.error;

import org.jspecify.annotations.Nullable;

/** A defect or a broken part of the server. The message says only what the caller may know; the cause is for the log. */
public final class FailedException extends CarrelException {
    private static final long serialVersionUID = 1L;

    /** With a message fit for the caller, and the cause for the log. */
    public FailedException(String message, @Nullable Throwable cause) {
        super(ErrorCode.INTERNAL, message, cause);
    }
}
