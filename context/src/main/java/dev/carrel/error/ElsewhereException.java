package dev.carrel.error;

/** It is there and the caller's, but belongs to a server that does other things than this one. */
public final class ElsewhereException extends CarrelException {
    private static final long serialVersionUID = 1L;

    /** With a message fit for the caller. */
    public ElsewhereException(String message) {
        super(ErrorCode.ELSEWHERE, message, null);
    }
}
