package dev.carrel.session;

import dev.carrel.error.CarrelException;
import dev.carrel.error.ErrorCode;

/** Why a turn did not commit, in words for its owner. */
public record Failure(String code, String message) {
    /** What may be said of this exception. */
    public static Failure of(Throwable thrown) {
        return new Failure(CarrelException.publicCode(thrown).text(), CarrelException.publicMessage(thrown));
    }

    /** With a code and words of our own. */
    public static Failure of(ErrorCode code, String message) {
        return new Failure(code.text(), message);
    }
}
