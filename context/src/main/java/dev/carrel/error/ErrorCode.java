package dev.carrel.error;

/** What kind of failure it was. The code is stable and public; an edge maps it to its own status. */
public enum ErrorCode {
    /** The input cannot be read at all. */
    MALFORMED("malformed"),
    /** The input was read, and a field of it does not hold. */
    INVALID("invalid"),
    /** The input is larger than allowed. */
    TOO_LARGE("too-large"),
    /** Nobody is signed in, or the credential is no longer valid. */
    UNAUTHENTICATED("unauthenticated"),
    /** The caller may not do this, whatever they know. */
    FORBIDDEN("forbidden"),
    /** There is no such thing, or it is not the caller's. */
    NOT_FOUND("not-found"),
    /** It was there and the caller's, and it has ended. */
    GONE("gone"),
    /** It is there and the caller's, but this server cannot do that with it. */
    ELSEWHERE("elsewhere"),
    /** It contradicts what is already there. */
    CONFLICT("conflict"),
    /** Too much is asked at once; try again later. */
    OVERLOADED("overloaded"),
    /** The service is not ready, or is stopping. */
    UNAVAILABLE("unavailable"),
    /** The deadline passed before an answer was there. */
    DEADLINE("deadline"),
    /** The owner stopped it. */
    CANCELLED("cancelled"),
    /** A context value was read that is not bound, or no longer: a defect of the application. */
    MISSING_CONTEXT("missing-context"),
    /** A defect. */
    INTERNAL("internal");

    private final String text;

    ErrorCode(String text) {
        this.text = text;
    }

    /** The code as it stands on the wire, such as {@code not-found}. */
    public String text() {
        return text;
    }
}
