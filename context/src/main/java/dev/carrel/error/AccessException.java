package dev.carrel.error;

/** Who asks is not known ({@link ErrorCode#UNAUTHENTICATED}) or may not do this ({@link ErrorCode#FORBIDDEN}). */
public final class AccessException extends CarrelException {
    private static final long serialVersionUID = 1L;

    private AccessException(ErrorCode code, String message) {
        super(code, message, null);
    }

    /** Signing in would help. */
    public static AccessException unauthenticated(String message) {
        return new AccessException(ErrorCode.UNAUTHENTICATED, message);
    }

    /** Nothing that the caller can present would help. */
    public static AccessException forbidden(String message) {
        return new AccessException(ErrorCode.FORBIDDEN, message);
    }
}
