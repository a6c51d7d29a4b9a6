package dev.carrel.error;

import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** There is no such thing, or it is not the caller's: the two are told apart nowhere. */
public final class NotFoundException extends CarrelException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String reason;

    /** With a message fit for the caller. */
    public NotFoundException(String message) {
        super(ErrorCode.NOT_FOUND, message, null);
        reason = null;
    }

    /** With a message fit for the caller, and a word for programs that says what was not found. */
    public NotFoundException(String message, String reason) {
        super(ErrorCode.NOT_FOUND, message, null);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    @Override
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }
}
