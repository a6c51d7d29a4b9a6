package dev.carrel.error;

/** The service is starting, stopping or without a part that it needs. */
public final class UnavailableException extends CarrelException {
    private static final long serialVersionUID = 1L;

    /** With a message fit for the caller. */
    public UnavailableException(String message) {
        super(ErrorCode.UNAVAILABLE, message, null);
    }
}
