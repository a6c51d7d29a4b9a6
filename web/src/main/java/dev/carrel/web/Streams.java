package dev.carrel.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;

import dev.carrel.app.JsonInput;
import dev.carrel.app.engine.Engine;
import dev.carrel.error.OverloadedException;
import dev.carrel.session.EventId;
import dev.carrel.session.EventStream;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.StoredEvent;

/**
 * Server-sent events: each stream is the request's own virtual thread, which writes what its {@link EventStream} yields.
 * A stream asks again and again whether its credential still counts; one that is withdrawn ends it. Thread-safe.
 */
public final class Streams {
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final int MAX_OF_PRINCIPAL = 64;

    private record Open(EventStream stream, Credentials.Caller caller) {}

    private final Engine engine;
    private final Credentials credentials;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    Streams(Engine engine, Credentials credentials) {
        this.engine = engine;
        this.credentials = credentials;
    }

    /** Sends the session's events after {@code after}, then what comes, until the reader or the session is gone. */
    void send(OwnedSession session, Credentials.Caller caller, Optional<EventId> after, boolean fromStart,
            HttpServletResponse response) throws IOException, InterruptedException {
        if (open.stream().filter(other -> other.caller.principal().equals(caller.principal()))
                .count() >= MAX_OF_PRINCIPAL) {
            throw new OverloadedException("Too many streams are open at once.", Duration.ofSeconds(5));
        }
        EventId from = after.orElse(null);
        Optional<EventStream> resumed = from == null && !fromStart ? Optional.empty() : engine.stream(session, from);
        response.setContentType("text/event-stream;charset=utf-8");
        response.setHeader("X-Accel-Buffering", "no");
        ServletOutputStream out = response.getOutputStream();
        if (resumed.isPresent()) {
            follow(session, caller, resumed.get(), out);
            return;
        }
        var snapshot = engine.snapshot(session);
        write(out, SnapshotJson.of(snapshot), "snapshot", snapshot.last().toString());
        out.flush();
        follow(session, caller, engine.stream(session, snapshot.last()).orElseThrow(), out);
    }

    private void follow(OwnedSession session, Credentials.Caller caller, EventStream stream, ServletOutputStream out)
            throws IOException, InterruptedException {
        var entry = new Open(stream, caller);
        open.add(entry);
        if (closing) {
            stream.wake();
        }
        try (stream) {
            out.print(": follow\n\n");
            out.flush();
            while (true) {
                List<StoredEvent> events = stream.next(HEARTBEAT);
                if (!credentials.valid(caller)) {
                    write(out, JsonInput.write(new Ended("signed-out")), "ended", null);
                    out.flush();
                    return;
                }
                for (StoredEvent event : events) {
                    write(out, event.json(), event.kind(), event.id().toString());
                }
                if (events.isEmpty()) {
                    if (closing) {
                        write(out, "{}", "closing", null);
                        out.flush();
                        return;
                    }
                    Optional<String> ended = stream.ended();
                    if (ended.isEmpty() && !engine.sessions().owns(caller.principal(), session.id())) {
                        ended = Optional.of("deleted");
                    }
                    if (ended.isPresent()) {
                        write(out, JsonInput.write(new Ended(ended.get())), "ended", null);
                        out.flush();
                        return;
                    }
                    out.print(": still here\n\n");
                }
                out.flush();
            }
        } finally {
            open.remove(entry);
        }
    }

    private record Ended(String reason) {}

    private static void write(ServletOutputStream out, String json, String kind,
            @org.jspecify.annotations.Nullable String id) throws IOException {
        var text = new StringBuilder(json.length() + 64);
        if (id != null) {
            text.append("id: ").append(id).append('\n');
        }
        text.append("event: ").append(kind).append("\ndata: ").append(json).append("\n\n");
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Has the streams of this credential look whether it still counts. */
    void recheck(Credentials.Caller caller) {
        open.stream().filter(entry -> entry.caller.credential().equals(caller.credential()))
                .forEach(entry -> entry.stream.wake());
    }

    /** Ends all streams with {@code closing}; to be called before the server stops. */
    public void close() {
        closing = true;
        open.forEach(entry -> entry.stream.wake());
    }

    /** How many streams are open. */
    public int size() {
        return open.size();
    }
}
