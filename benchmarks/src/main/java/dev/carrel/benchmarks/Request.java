package dev.carrel.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A request of HTTP/1.1.
 *
 * @param line method and path
 * @param cookie as the server named it, or empty
 * @param json the body, ASCII only; empty if there is none
 */
public record Request(String line, String cookie, String json) {
    /** Without a body. */
    public static Request get(String path, String cookie) {
        return new Request("GET " + path, cookie, "");
    }

    /** With a body. */
    public static Request post(String path, String cookie, String json) {
        return new Request("POST " + path, cookie, json);
    }

    /** With this cookie, if it has none. */
    Request orCookie(String other) {
        return cookie.isEmpty() && !other.isEmpty() ? new Request(line, other, json) : this;
    }

    /** As it goes over the wire. */
    ByteBuffer bytes() {
        var text = new StringBuilder(line).append(" HTTP/1.1\r\nHost: localhost\r\n");
        if (!cookie.isEmpty()) {
            text.append("Cookie: ").append(cookie).append("\r\n");
        }
        if (!json.isEmpty()) {
            text.append("Content-Type: application/json\r\nContent-Length: ").append(json.length()).append("\r\n");
        }
        text.append("\r\n").append(json);
        return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
