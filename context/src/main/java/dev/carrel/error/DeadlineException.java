package dev.carrel.error;

/** The deadline passed before the work was done. */
public final class DeadlineException extends CarrelException {
    private static final long serialVersionUID = 1L;

    /** With a message fit for the caller. */
    public DeadlineException(String message) {
        super(ErrorCode.DEADLINE, message, null);
    }
}
