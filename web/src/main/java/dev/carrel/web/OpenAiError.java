package dev.carrel.web;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.JsonInput;

/**
 * A problem as OpenAI's clients read one, under {@code /v1} and nowhere else: they make a typed exception of the status, show
 * the message, and offer {@code param} and {@code code} to programs.
 *
 * @param param the field of the request that does not hold; null if none is to blame
 */
record OpenAiError(String message, String type, @Nullable String param, String code) {
    /** Whether this is the form in which whoever asks at this path is told of problems. */
    static boolean at(String path) {
        return path.equals("/v1") || path.startsWith("/v1/");
    }

    static Problem.Told told(Problem problem) {
        // What was read and does not hold is a bad request there, not 422.
        int status = problem.status() == 422 ? 400 : problem.status();
        String field = problem.field();
        var error = new OpenAiError(field == null ? problem.detail() : "Invalid '" + field + "': " + problem.detail(),
                type(status), field, code(problem));
        return new Problem.Told(status, "application/json", error.json());
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }

    private static String code(Problem problem) {
        String reason = problem.reason();
        return reason != null ? reason : problem.status() == 429 ? "rate_limit_exceeded" : problem.code();
    }

    private String json() {
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("message", message);
        error.put("type", type);
        error.put("param", param);
        error.put("code", code);
        return JsonInput.write(Map.of("error", error));
    }
}
