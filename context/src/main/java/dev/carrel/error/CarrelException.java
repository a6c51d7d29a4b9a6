package dev.carrel.error;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * A failure that Carrel names. Its {@link #getMessage() message} is written for whoever asked: it never holds another
 * user's data, a path of the server or a stack trace. A cause, where there is one, is for the log only.
 */
public abstract sealed class CarrelException extends RuntimeException
        permits InvalidInputException, AccessException, NotFoundException, GoneException, ElsewhereException,
        ConflictException, OverloadedException, UnavailableException, DeadlineException, CancelledException,
        FailedException, MissingContextException,
        EndedContextException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** Of this kind, with a message that is fit for whoever asked. */
    protected CarrelException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** What kind of failure this is. */
    public ErrorCode code() {
        return code;
    }

    /** When it makes sense to try again; empty if trying again changes nothing. */
    public Optional<Duration> retryAfter() {
        return Optional.empty();
    }

    /** The field of the input that does not hold, as the caller wrote it; empty if no field is to blame. */
    public Optional<String> field() {
        return Optional.empty();
    }

    /** A word for programs that says more than the code does, such as why something has ended; empty if there is none. */
    public Optional<String> reason() {
        return Optional.empty();
    }

    /** The message that may be shown to the caller: that of a Carrel error, and nothing at all of any other. */
    public static String publicMessage(Throwable failure) {
        CarrelException known = known(failure);
        return known != null && known.code() != ErrorCode.MISSING_CONTEXT
                ? String.valueOf(known.getMessage())
                : "Something went wrong on our side.";
    }

    /** The code to show to the caller: that of a Carrel error, else {@link ErrorCode#INTERNAL}. */
    public static ErrorCode publicCode(Throwable failure) {
        CarrelException known = known(failure);
        return known != null ? known.code() : ErrorCode.INTERNAL;
    }

    /** A full executor must throw the JDK's exception; a task pool's has as its cause what may be said about that. */
    private static @Nullable CarrelException known(Throwable failure) {
        Throwable known = failure instanceof RejectedExecutionException ? failure.getCause() : failure;
        return known instanceof CarrelException ours ? ours : null;
    }
}
