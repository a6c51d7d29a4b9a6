package dev.carrel.web;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeoutException;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.JsonInput;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.OverloadedException;
import dev.carrel.time.TimeSource;

/**
 * The body of a request: no larger than its route takes, within the server's {@link ByteBudget}, and no slower than is bearable.
 * For that request's thread.
 */
final class Body {
    /** How much room is made at first for a body that does not say how long it is. */
    private static final int STEP = 8 * 1024;
    /** How long a body may take, and how many bytes earn it another second. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BYTES_A_SECOND = 32 * 1024;

    private final HttpServletRequest request;
    private final int most;
    private final ByteBudget.Share share;
    private final TimeSource time;

    /**
     * The body of this request.
     *
     * @param most how many bytes it may have
     * @param share which holds it
     */
    Body(HttpServletRequest request, int most, ByteBudget.Share share, TimeSource time) {
        this.request = request;
        this.most = most;
        this.share = share;
        this.time = time;
    }

    /**
     * Reads it.
     *
     * @throws InvalidInputException if it is too large, breaks off, or is not UTF-8
     * @throws OverloadedException if the server holds too much already; of a body that says how long it is, nothing is read then
     */
    JsonInput json() {
        String type = request.getContentType();
        ByteBuffer bytes = read();
        if (bytes.hasRemaining() && !json(type)) {
            throw new UnsupportedTypeException();
        }
        try {
            return new JsonInput(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            throw InvalidInputException.malformed("The body is not UTF-8.");
        }
    }

    private ByteBuffer read() {
        long announced = request.getContentLengthLong();
        if (announced > most) {
            throw tooLarge();
        }
        share.take(announced);
        // One more than was announced: the read after the last byte finds the end.
        byte[] bytes = new byte[announced < 0 ? 0 : (int) announced + 1];
        int length = 0;
        long began = time.nanoTime();
        try {
            InputStream in = request.getInputStream();
            while (true) {
                if (length == bytes.length) {
                    bytes = larger(bytes);
                }
                int read = in.read(bytes, length, bytes.length - length);
                if (read < 0) {
                    return ByteBuffer.wrap(bytes, 0, length);
                }
                length += read;
                if (length > most) {
                    throw tooLarge();
                }
                if (time.nanoTime() - began > PATIENCE.plusSeconds(length / BYTES_A_SECOND).toNanos()) {
                    throw new TooSlowException();
                }
            }
        } catch (IOException e) {
            throw timedOut(e)
                    ? new TooSlowException()
                    : InvalidInputException.malformed("The body broke off before its end.");
        }
    }

    private byte[] larger(byte[] bytes) {
        int length = Math.min(Math.max(STEP, 2 * bytes.length), most + 1);
        share.take(Math.min(length, most) - bytes.length);
        return Arrays.copyOf(bytes, length);
    }

    private InvalidInputException tooLarge() {
        return InvalidInputException.tooLarge(null, "The body must not be larger than " + most + " bytes.");
    }

    /** Whether the container has given up waiting: each has an exception of its own for that, with this for its cause. */
    private static boolean timedOut(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) {
                return true;
            }
        }
        return false;
    }

    private static boolean json(@Nullable String type) {
        return type != null && type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals("application/json");
    }

    /** The body is of a type that no route takes. */
    static final class UnsupportedTypeException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The body came so slowly that it was given up; what is left of it is not worth waiting for. */
    static final class TooSlowException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
