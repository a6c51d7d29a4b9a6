package dev.carrel.tests;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An open event stream, read as the standard says: an event counts once its blank line has come. It can be told to lose
 * its connection after so many bytes, in the middle of an event if that is where they end.
 */
final class EventReader implements AutoCloseable {
    private static final Set<String> CLOSING = Set.of("committed", "failed", "cancelled", "interrupted");

    private final InputStream body;
    private final Consumer<String> wire;
    private long left = Long.MAX_VALUE;

    /** One event; the id is empty where there is none. */
    record Received(String id, String kind, JsonNode data) {
        String text(String field) {
            return data.path(field).asString("");
        }

        boolean closing() {
            return CLOSING.contains(kind);
        }
    }

    /** @param wire is handed every line that comes */
    EventReader(InputStream body, Consumer<String> wire) {
        this.body = body;
        this.wire = wire;
    }

    /** Loses the connection after this many bytes. */
    EventReader cutAfter(long bytes) {
        left = bytes;
        return this;
    }

    /** The next event; null at the end of the stream, or when the connection is lost. */
    @Nullable
    Received next() throws IOException {
        String id = "";
        String kind = "message";
        var data = new StringBuilder();
        String line;
        while ((line = line()) != null) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    return new Received(id, kind, JsonMapper.shared().readTree(data.toString()));
                }
                id = "";
                kind = "message";
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                kind = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data.append(line.substring(6));
            }
        }
        return null;
    }

    private @Nullable String line() throws IOException {
        var line = new ByteArrayOutputStream();
        while (left-- > 0) {
            int next = body.read();
            if (next < 0) {
                return null;
            }
            if (next == '\n') {
                String text = line.toString(StandardCharsets.UTF_8);
                wire.accept(text);
                return text;
            }
            line.write(next);
        }
        wire.accept(line.toString(StandardCharsets.UTF_8));
        return null;
    }

    /** Events up to and with the first that this is true of. */
    List<Received> until(Predicate<Received> last) throws IOException {
        List<Received> events = new ArrayList<>();
        Received event;
        while ((event = next()) != null) {
            events.add(event);
            if (last.test(event)) {
                return events;
            }
        }
        throw new AssertionError("the stream ended after " + events);
    }

    /** Events up to the end of that turn. */
    List<Received> untilClosed(String turn) throws IOException {
        return until(event -> event.closing() && event.text("turn").equals(turn));
    }

    /** The text of an answer in these events. */
    static String textOf(List<Received> events, String turn) {
        var text = new StringBuilder();
        events.stream().filter(event -> event.kind().equals("text") && event.text("turn").equals(turn))
                .forEach(event -> text.append(event.text("text")));
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
