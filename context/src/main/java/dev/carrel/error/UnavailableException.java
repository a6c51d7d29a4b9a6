package dev.carrel.error;

import java.time.Duration;
import java.util.Optional;

/** The service is starting, stopping or without a part that it needs: it makes sense to try again soon. */
public final class UnavailableException extends CarrelException {
    private static final long serialVersionUID = 1L;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /** With a message fit for the caller. */
    public UnavailableException(String message) {
        super(ErrorCode.UNAVAILABLE, message, null);
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.of(RETRY_AFTER);
    }
}
