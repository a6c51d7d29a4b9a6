package dev.carrel.error;

/** The owner of the work stopped it. */
public final class CancelledException extends CarrelException {
    private static final long serialVersionUID = 1L;

    /** With a message fit for the caller. */
    public CancelledException(String message) {
        super(ErrorCode.CANCELLED, message, null);
    }
}
