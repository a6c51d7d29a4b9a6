package dev.carrel.tutor.model;

/**
 * The model wrote no answer, or only a part of one. The message is fit for the user: it holds no key, no address and
 * nothing that the server sent. There is no cause, because a server's error text may repeat the key.
 */
public final class ModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final int status;

    ModelException(Reason reason, int status) {
        super(reason.text + (status > 0 ? " (HTTP " + status + ")." : "."));
        this.reason = reason;
        this.status = status;
    }

    /** What went wrong. */
    public enum Reason {
        /** Nobody listens there, or the connection was refused. */
        UNREACHABLE("The language model cannot be reached"),
        /** The server answered, but not with an answer: wrong key, unknown model, too many requests, its own failure. */
        REFUSED("The language model refused the request"),
        /** The limit of time passed. */
        TIMED_OUT("The language model took too long"),
        /** The answer ended before its end. */
        BROKE_OFF("The language model broke off in the middle of its answer");

        private final String text;

        Reason(String text) {
            this.text = text;
        }
    }

    /** What went wrong. */
    public Reason reason() {
        return reason;
    }

    /** The HTTP status with which the server refused; 0 if there was none. */
    public int status() {
        return status;
    }
}
