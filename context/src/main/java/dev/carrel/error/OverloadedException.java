package dev.carrel.error;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Too much is asked at once. Nothing was begun; the same request may be sent again after {@link #retryAfter()}. */
public final class OverloadedException extends CarrelException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /** With what is full, in the caller's words, and how long to wait. */
    public OverloadedException(String message, Duration retryAfter) {
        super(ErrorCode.OVERLOADED, message, null);
        this.retryAfter = Objects.requireNonNull(retryAfter, "retryAfter");
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.of(retryAfter);
    }
}
