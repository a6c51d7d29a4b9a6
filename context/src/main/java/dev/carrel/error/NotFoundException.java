package dev.carrel.error;

/** There is no such thing, or it is not the caller's: the two are told apart nowhere. */
public final class NotFoundException extends CarrelException {
    private static final long serialVersionUID = 1L;

    /** With a message fit for the caller. */
    public NotFoundException(String message) {
        super(ErrorCode.NOT_FOUND, message, null);
    }
}
