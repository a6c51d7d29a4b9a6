package dev.carrel.error;

import java.util.Objects;
import java.util.Optional;

/** It was there and has ended, for good. Only whoever it belonged to is told so: to others it was never there. */
public final class GoneException extends CarrelException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** With a message fit for the caller, and the reason in one word. */
    public GoneException(String message, String reason) {
        super(ErrorCode.GONE, message, null);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    @Override
    public Optional<String> reason() {
        return Optional.of(reason);
    }
}
