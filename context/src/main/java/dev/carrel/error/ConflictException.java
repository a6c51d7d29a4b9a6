package dev.carrel.error;

/** The request contradicts what is already there, such as a message id used again with another text. */
public final class ConflictException extends CarrelException {
    private static final long serialVersionUID = 1L;

    /** With a message fit for the caller. */
    public ConflictException(String message) {
        super(ErrorCode.CONFLICT, message, null);
    }
}
