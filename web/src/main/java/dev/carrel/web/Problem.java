package dev.carrel.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.JsonInput;
import dev.carrel.error.CarrelException;
import dev.carrel.error.ErrorCode;

/**
 * A failed request as it leaves the server: {@code application/problem+json}, RFC 9457, but for paths where clients expect
 * {@linkplain OpenAiError another form}. It says what the caller may know, and the request's id, under which the log has the
 * rest.
 *
 * @param field the field of the request that does not hold; null if none is to blame
 * @param retryAfter when to try again; null if that changes nothing
 * @param reason why, in a word for programs; null if the code says all
 */
public record Problem(int status, String code, String detail, @Nullable String field, @Nullable Duration retryAfter,
        @Nullable String reason) {
    /** A problem that needs no more than this to be told. */
    public Problem(int status, String code, String detail) {
        this(status, code, detail, null, null, null);
    }

    /** What a failure looks like from outside. */
    public static Problem of(Throwable failure) {
        if (failure instanceof Body.UnsupportedTypeException) {
            return new Problem(415, "unsupported-type", "Send JSON, with Content-Type: application/json.");
        }
        if (failure instanceof Body.TooSlowException) {
            return new Problem(408, "too-slow", "The body came too slowly.");
        }
        ErrorCode code = CarrelException.publicCode(failure);
        String field = failure instanceof CarrelException known ? known.field().orElse(null) : null;
        Duration retry = failure instanceof CarrelException known ? known.retryAfter().orElse(null) : null;
        String reason = failure instanceof CarrelException known ? known.reason().orElse(null) : null;
        return new Problem(status(code), code.text(), CarrelException.publicMessage(failure), field, retry, reason);
    }

    private static int status(ErrorCode code) {
        return switch (code) {
            case MALFORMED -> 400;
            case UNAUTHENTICATED -> 401;
            case FORBIDDEN -> 403;
            case NOT_FOUND -> 404;
            case CONFLICT, CANCELLED -> 409;
            case GONE -> 410;
            case TOO_LARGE -> 413;
            case ELSEWHERE -> 421;
            case INVALID -> 422;
            case OVERLOADED -> 429;
            case MISSING_CONTEXT, INTERNAL -> 500;
            case UNAVAILABLE -> 503;
            case DEADLINE -> 504;
        };
    }

    private String title() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 413 -> "Content Too Large";
            case 415 -> "Unsupported Media Type";
            case 421 -> "Misdirected Request";
            case 422 -> "Unprocessable Content";
            case 429 -> "Too Many Requests";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            default -> status < 500 ? "Request Failed" : "Internal Server Error";
        };
    }

    /** As RFC 9457 has it. */
    String json(String requestId) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("type", "about:blank");
        json.put("title", title());
        json.put("status", status);
        json.put("code", code);
        if (field != null) {
            json.put("field", field);
        }
        if (reason != null) {
            json.put("reason", reason);
        }
        json.put("detail", detail);
        json.put("requestId", requestId);
        return JsonInput.write(json);
    }

    /** A problem in the form in which it is told. */
    public record Told(int status, String contentType, String json) {}

    /** In the form that is usual at this path. */
    public Told told(String path, String requestId) {
        return OpenAiError.at(path)
                ? OpenAiError.told(this)
                : new Told(status, "application/problem+json", json(requestId));
    }

    void send(String path, HttpServletResponse response, String requestId) throws IOException {
        Told told = told(path, requestId);
        byte[] body = told.json.getBytes(StandardCharsets.UTF_8);
        response.resetBuffer();
        response.setStatus(told.status);
        response.setContentType(told.contentType);
        if (retryAfter != null) {
            // Rounded up: who comes a moment too early is refused once more.
            response.setHeader("Retry-After",
                    Long.toString(Math.max(1, retryAfter.plusNanos(999_999_999).toSeconds())));
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
