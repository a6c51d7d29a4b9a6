package dev.carrel.web;

import java.io.IOException;
import java.io.OutputStream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import dev.carrel.error.InvalidInputException;
import dev.carrel.error.OverloadedException;

/**
 * What one request is answered, in one piece: within the server's {@link ByteBudget}, and given up if its reader is slower than is
 * bearable. For that request's thread.
 */
final class Answer {
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final ByteBudget.Share share;
    private final Streams streams;

    /** @param share which holds it */
    Answer(HttpServletRequest request, HttpServletResponse response, ByteBudget.Share share, Streams streams) {
        this.request = request;
        this.response = response;
        this.share = share;
        this.streams = streams;
    }

    /**
     * It has come to so many bytes, and may still grow.
     *
     * @throws OverloadedException if the server holds too much already
     * @throws InvalidInputException if it is more than the server will ever hold
     */
    void hold(long bytes) {
        share.answer(bytes);
    }

    /** Sends bytes that are there for this answer only; throws what {@link #hold} does, with nothing sent. */
    void send(int status, String type, byte[] body) throws IOException {
        if (!head()) {
            hold(body.length);
        }
        sendShared(status, type, body);
    }

    /** Sends bytes that are there anyway, for whoever wants them. */
    void sendShared(int status, String type, byte[] body) throws IOException {
        response.setStatus(status);
        response.setContentType(type);
        response.setContentLength(body.length);
        if (!head()) {
            write(body);
        }
    }

    private boolean head() {
        return request.getMethod().equals("HEAD");
    }

    private void write(byte[] body) throws IOException {
        OutputStream out = response.getOutputStream();
        if (body.length <= ByteBudget.Share.SMALL) {
            out.write(body);
            return;
        }
        try (Streams.Watched watched = streams.watch(out)) {
            watched.out().write(body);
        }
    }
}
