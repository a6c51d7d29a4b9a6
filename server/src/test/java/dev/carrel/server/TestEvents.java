package dev.carrel.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An open event stream, read as the standard says: an event counts once its blank line has come. */
final class TestEvents implements AutoCloseable {
    private final InputStream body;
    private final BufferedReader lines;

    /** One event. */
    record Received(String id, String kind, JsonNode data) {
        String text(String field) {
            return data.path(field).asString("");
        }

        boolean closing() {
            return List.of("committed", "failed", "cancelled", "interrupted").contains(kind);
        }
    }

    TestEvents(InputStream body) {
        this.body = body;
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** The next event; null at the end of the stream. */
    @org.jspecify.annotations.Nullable
    Received next() throws IOException {
        String id = "";
        String kind = "message";
        var data = new StringBuilder();
        String line;
        while ((line = lines.readLine()) != null) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    return new Received(id, kind, JsonMapper.shared().readTree(data.toString()));
                }
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

    /** Waits until the server follows the log: what was sent before was read, and a change of the credential is noticed. */
    void ready() throws IOException {
        String line;
        while ((line = lines.readLine()) != null) {
            if (line.equals(": follow")) {
                return;
            }
        }
        throw new AssertionError("the stream ended at once");
    }

    /** The next comment, such as a heartbeat. */
    String comment() throws IOException {
        String line;
        while ((line = lines.readLine()) != null) {
            if (line.startsWith(": ")) {
                return line.substring(2);
            }
        }
        throw new AssertionError("the stream ended");
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
