package dev.carrel.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/** Writes one stream of server-sent events. For the thread that made its output. */
final class EventWriter {
    private final TimedOutput out;

    EventWriter(TimedOutput out) {
        this.out = out;
    }

    /** An event; without an id if nobody can go on from it. */
    void event(String kind, String json, @Nullable String id) throws IOException {
        var text = new StringBuilder(json.length() + 64);
        if (id != null) {
            text.append("id: ").append(id).append('\n');
        }
        text.append("event: ").append(kind).append("\ndata: ").append(json).append("\n\n");
        write(text.toString());
    }

    /** What readers ignore. */
    void comment(String text) throws IOException {
        write(": " + text + "\n\n");
    }

    private void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    void flush() throws IOException {
        out.flush();
    }
}
