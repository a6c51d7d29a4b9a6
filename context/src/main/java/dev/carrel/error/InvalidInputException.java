package dev.carrel.error;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** The input cannot be accepted, and why: malformed, a field that does not hold, or too large. */
public final class InvalidInputException extends CarrelException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String field;

    private InvalidInputException(ErrorCode code, @Nullable String field, String message) {
        super(code, message, null);
        this.field = field;
    }

    /** The input as a whole cannot be read. */
    public static InvalidInputException malformed(String message) {
        return new InvalidInputException(ErrorCode.MALFORMED, null, message);
    }

    /** One field does not hold. */
    public static InvalidInputException field(String field, String message) {
        return new InvalidInputException(ErrorCode.INVALID, field, message);
    }

    /** The input, or one field of it, is larger than allowed. */
    public static InvalidInputException tooLarge(@Nullable String field, String message) {
        return new InvalidInputException(ErrorCode.TOO_LARGE, field, message);
    }

    @Override
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
