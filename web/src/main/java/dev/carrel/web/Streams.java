package dev.carrel.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;

import dev.carrel.app.JsonInput;
import dev.carrel.app.engine.Engine;
import dev.carrel.context.Principal;
import dev.carrel.error.OverloadedException;
import dev.carrel.session.EventId;
import dev.carrel.session.EventStream;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.StoredEvent;
import dev.carrel.time.TimeSource;

/**
 * Server-sent events: each stream is the request's own virtual thread, which writes what its {@link EventStream} yields.
 * A stream asks again and again whether its credential still counts; one that is withdrawn ends it. Thread-safe.
 */
public final class Streams {
    static final String TYPE = "text/event-stream;charset=utf-8";
    /** Each stream is looked at once in so many ticks, and sends a heartbeat if there was nothing else. */
    private static final int BEAT = 15;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int MAX_OF_PRINCIPAL = 64;

    /** @param turn which of the ticks is its own: streams opened one after the other do not all beat at once */
    private record Open(EventStream stream, Credentials.Caller caller, int turn) {}

    private final Engine engine;
    private final Credentials credentials;
    private final TimeSource time;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<Principal, Integer> ofPrincipal = new ConcurrentHashMap<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicBoolean ticking = new AtomicBoolean();
    private volatile boolean closing;

    Streams(Engine engine, Credentials credentials, TimeSource time) {
        this.engine = engine;
        this.credentials = credentials;
        this.time = time;
    }

    /** Sends the session's events after {@code after}, then what comes, until the reader or the session is gone. */
    void send(OwnedSession session, Credentials.Caller caller, Optional<EventId> after, boolean fromStart,
            HttpServletResponse response) throws IOException, InterruptedException {
        Principal who = caller.principal();
        try {
            if (ofPrincipal.merge(who, 1, Integer::sum) > MAX_OF_PRINCIPAL) {
                throw new OverloadedException("Too many streams are open at once.", Duration.ofSeconds(5));
            }
            sendAdmitted(session, caller, after, fromStart, response);
        } finally {
            ofPrincipal.computeIfPresent(who, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    private void sendAdmitted(OwnedSession session, Credentials.Caller caller, Optional<EventId> after,
            boolean fromStart, HttpServletResponse response) throws IOException, InterruptedException {
        EventId from = after.orElse(null);
        Optional<EventStream> resumed = from == null && !fromStart ? Optional.empty() : engine.stream(session, from);
        response.setContentType(TYPE);
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
        var entry = new Open(stream, caller, Math.floorMod(opened.getAndIncrement(), BEAT));
        open.add(entry);
        tick(0);
        try (stream) {
            out.print(": follow\n\n");
            out.flush();
            while (true) {
                // A stream that was woken in the middle of its events, or opened late, must not wait for more of them.
                List<StoredEvent> events = closing ? stream.next(Duration.ZERO) : stream.next();
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

    /** Ticks for as long as there are streams: one timer for all of them, since one for each event is dear. */
    private void tick(int turn) {
        if (ticking.compareAndSet(false, true)) {
            time.after(TICK, () -> Thread.ofVirtual().name("streams-tick").inheritInheritableThreadLocals(false)
                    .start(() -> beat(turn)));
        }
    }

    private void beat(int turn) {
        open.stream().filter(entry -> entry.turn == turn).forEach(entry -> entry.stream.wake());
        ticking.set(false);
        if (!open.isEmpty()) {
            tick((turn + 1) % BEAT);
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
