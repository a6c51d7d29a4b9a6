package dev.carrel.benchmarks.stores;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A request of HTTP/1.1, written out. */
record Request(String text) {
    static Request get(String path, String cookie) {
        return new Request("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + cookie(cookie) + "\r\n");
    }

    /** With a body in JSON, ASCII only. */
    static Request post(String path, String cookie, String json) {
        return new Request("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + cookie(cookie) + "Content-Length: " + json.length() + "\r\n\r\n" + json);
    }

    private static String cookie(String cookie) {
        return cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n";
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
