package dev.carrel.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads HTTP/1.1 responses as they come, one after the other: lengths and chunks, nothing else. A 101 ends the HTTP on its
 * connection, and what follows is handed on as body.
 */
public final class HttpReader {
    /** What is found. */
    public interface Listener {
        /** A response begins. */
        void head(int status, Head head);

        /** Bytes of its body; valid during the call. */
        void body(byte[] bytes, int from, int to);

        /** It is complete. */
        void end();
    }

    /** The head of a response. */
    public record Head(String text) {
        /** The value of a header, given in lower case with its colon. */
        public Optional<String> find(String name) {
            int at = 0;
            while (at >= 0) {
                int line = text.indexOf("\r\n", at);
                if (line < 0) {
                    return Optional.empty();
                }
                at = line + 2;
                if (text.regionMatches(true, at, name, 0, name.length())) {
                    int end = text.indexOf("\r\n", at);
                    return Optional.of(text.substring(at + name.length(), end < 0 ? text.length() : end).strip());
                }
            }
            return Optional.empty();
        }
    }

    private enum State {
        HEAD, LENGTH, CHUNK_SIZE, CHUNK, CHUNK_END, RAW
    }

    private final Listener listener;
    private State state = State.HEAD;
    private byte[] head = new byte[1024];
    private int headLength;
    private long left;
    private boolean lastChunk;

    /** A reader for one connection. */
    public HttpReader(Listener listener) {
        this.listener = listener;
    }

    /** Reads all of it. */
    public void read(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            switch (state) {
                case HEAD -> head(bytes.get());
                case LENGTH -> {
                    body(bytes);
                    if (left == 0) {
                        end();
                    }
                }
                case CHUNK_SIZE -> chunkSize(bytes.get());
                case CHUNK -> {
                    body(bytes);
                    if (left == 0) {
                        state = State.CHUNK_END;
                    }
                }
                case CHUNK_END -> {
                    if (bytes.get() == '\n') {
                        if (lastChunk) {
                            end();
                        } else {
                            state = State.CHUNK_SIZE;
                        }
                    }
                }
                case RAW -> {
                    left = bytes.remaining();
                    body(bytes);
                }
            }
        }
    }

    private void body(ByteBuffer bytes) {
        int length = (int) Math.min(left, bytes.remaining());
        int from = bytes.arrayOffset() + bytes.position();
        listener.body(bytes.array(), from, from + length);
        bytes.position(bytes.position() + length);
        left -= length;
    }

    private void end() {
        state = State.HEAD;
        lastChunk = false;
        listener.end();
    }

    private void head(byte next) {
        if (headLength == head.length) {
            head = Arrays.copyOf(head, 2 * head.length);
        }
        head[headLength++] = next;
        if (next != '\n' || headLength < 4 || head[headLength - 2] != '\r' || head[headLength - 3] != '\n') {
            return;
        }
        var found = new Head(new String(head, 0, headLength - 4, StandardCharsets.ISO_8859_1));
        headLength = 0;
        int status = Integer.parseInt(found.text().substring(9, 12));
        left = 0;
        if (status == 101) {
            state = State.RAW;
        } else if (found.find("transfer-encoding:").isPresent()) {
            state = State.CHUNK_SIZE;
        } else {
            left = found.find("content-length:").map(Long::parseLong).orElse(0L);
            state = State.LENGTH;
        }
        listener.head(status, found);
        if (state == State.LENGTH && left == 0) {
            end();
        }
    }

    private void chunkSize(byte next) {
        int digit = Character.digit(next, 16);
        if (digit >= 0) {
            left = 16 * left + digit;
        } else if (next == '\n') {
            lastChunk = left == 0;
            state = lastChunk ? State.CHUNK_END : State.CHUNK;
        }
    }
}
