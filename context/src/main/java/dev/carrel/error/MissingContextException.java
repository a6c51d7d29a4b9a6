package dev.carrel.error;

/**
 * A context value was read where nothing bound it. The message names the key, the thread and the likely break in the
 * chain; it is for the developer, and an edge shows none of it to users.
 */
public final class MissingContextException extends CarrelException {
    private static final long serialVersionUID = 1L;

    /** With an explanation for the developer. */
    public MissingContextException(String explanation) {
        super(ErrorCode.MISSING_CONTEXT, explanation, null);
    }
}
