package dev.carrel.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads server-sent events as they come, such as Carrel writes them: each field of an event once, lines ending in LF. */
final class SseReader {
    /** What is found. */
    interface Listener {
        /** An event; a comment is an event of the kind ":". */
        void event(String id, String kind, String data);
    }

    private final Listener listener;
    private byte[] line = new byte[1024];
    private int length;
    private String id = "";
    private String kind = "";
    private String data = "";

    SseReader(Listener listener) {
        this.listener = listener;
    }

    void read(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                line();
                length = 0;
            } else {
                if (length == line.length) {
                    line = Arrays.copyOf(line, 2 * length);
                }
                line[length++] = bytes[i];
            }
        }
    }

    private void line() {
        if (length == 0) {
            if (!kind.isEmpty()) {
                listener.event(id, kind, data);
            }
            id = "";
            kind = "";
            data = "";
            return;
        }
        switch (line[0]) {
            case 'i' -> id = text(4);
            case 'e' -> kind = text(7);
            case 'd' -> data = text(6);
            case ':' -> kind = ":";
            default -> throw new IllegalStateException("not a line of an event: " + text(0));
        }
    }

    private String text(int from) {
        return new String(line, from, length - from, StandardCharsets.UTF_8);
    }
}
