package dev.carrel.error;

import org.jspecify.annotations.Nullable;

/**
 * A context value was read after the turn, request or task that it belonged to had ended. The message names the key, what
 * ended and when; it is for the developer, and an edge shows none of it to users. In strict mode the cause is where it
 * ended.
 */
public final class EndedContextException extends CarrelException {
    private static final long serialVersionUID = 1L;

    /** With an explanation for the developer, and where the end came if that is known. */
    public EndedContextException(String explanation, @Nullable Throwable end) {
        super(ErrorCode.MISSING_CONTEXT, explanation, end);
    }
}
