package dev.carrel.web;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.servlet.http.HttpServletResponse;

import dev.carrel.app.JsonInput;
import dev.carrel.app.engine.Engine;
import dev.carrel.error.OverloadedException;
import dev.carrel.queue.Allowance;
import dev.carrel.session.EventId;
import dev.carrel.session.EventStream;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.time.TimeSource;

/**
 * Server-sent events: each stream is the request's own virtual thread, which writes what its {@link EventStream} yields.
 * A stream asks again and again whether its credential still counts; one that is withdrawn ends it. A reader that falls behind
 * what the log keeps is given a snapshot; one that does not read is cut off, and goes on where it was when it comes back.
 * Thread-safe.
 */
public final class Streams {
    static final String TYPE = "text/event-stream;charset=utf-8";
    /** Each stream is looked at once in so many ticks, and sends a heartbeat if there was nothing else. */
    private static final int BEAT = 15;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int MOST_EACH = 64;
    /** How long one write may take, before its reader is cut off and must come back. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** @param turn which of the ticks is its own: streams opened one after the other do not all beat at once */
    private record Open(EventStream stream, Credentials.Caller caller, int turn) {}

    private final Engine engine;
    private final Credentials credentials;
    private final TimeSource time;
    private final Set<Open> open = ConcurrentHashMap.newKeySet();
    /** All that is written to for long, streams of sessions and others. */
    private final Set<TimedOutput> writers = ConcurrentHashMap.newKeySet();
    private final Allowance<Owner> ofOwner = new Allowance<>(MOST_EACH);
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
        Owner who = Owner.of(caller.principal());
        if (!ofOwner.take(who)) {
            throw new OverloadedException("Too many streams are open at once.", Duration.ofSeconds(5));
        }
        try {
            sendAdmitted(session, caller, after, fromStart, response);
        } finally {
            ofOwner.giveBack(who);
        }
    }

    private void sendAdmitted(OwnedSession session, Credentials.Caller caller, Optional<EventId> after,
            boolean fromStart, HttpServletResponse response) throws IOException, InterruptedException {
        Optional<EventStream> stream = after.isEmpty() && !fromStart
                ? Optional.empty()
                : engine.stream(session, after.orElse(null));
        Engine.Connection connection = engine.connected(session, after.isPresent());
        response.setContentType(TYPE);
        response.setHeader("X-Accel-Buffering", "no");
        try (Watched watched = watch(response.getOutputStream())) {
            send(session, caller, stream, new EventWriter(watched.out()));
        } finally {
            stream.ifPresent(EventStream::close);
            connection.close();
        }
    }

    private void send(OwnedSession session, Credentials.Caller caller, Optional<EventStream> first, EventWriter out)
            throws IOException, InterruptedException {
        Optional<EventStream> stream = first;
        boolean more = true;
        while (more) {
            if (stream.isEmpty()) {
                SnapshotJson.Standing standing = SnapshotJson.read(session, engine);
                out.event("snapshot", standing.json(), standing.last().toString());
                out.flush();
                stream = engine.stream(session, standing.last());
            }
            if (stream.isPresent()) {
                more = follow(session, caller, stream.get(), out);
                stream = Optional.empty();
            }
        }
    }

    /** Whether there is more to come, after a snapshot: the log has dropped what would have been next. */
    private boolean follow(OwnedSession session, Credentials.Caller caller, EventStream stream, EventWriter out)
            throws IOException, InterruptedException {
        var entry = new Open(stream, caller, Math.floorMod(opened.getAndIncrement(), BEAT));
        open.add(entry);
        try (stream) {
            out.comment("follow");
            out.flush();
            // From here on the stream is told; what happened between the request's check and this is asked for.
            Optional<String> before = engine.sessions().over(caller.principal(), session.id());
            if (before.isPresent()) {
                last(out, "ended", JsonInput.write(new Ended(before.get())));
                return false;
            }
            while (true) {
                // A stream that was woken in the middle of its events, or opened late, must not wait for more of them.
                List<StoredEvent> events = closing ? stream.next(Duration.ZERO) : stream.next();
                if (!credentials.valid(caller)) {
                    last(out, "ended", JsonInput.write(new Ended("signed-out")));
                    return false;
                }
                for (StoredEvent event : events) {
                    out.event(event.kind(), event.json(), event.id().toString());
                }
                if (events.isEmpty()) {
                    if (closing) {
                        last(out, "closing", "{}");
                        return false;
                    }
                    Optional<String> over = stream.ended()
                            .or(() -> engine.sessions().over(caller.principal(), session.id()));
                    if (over.isPresent()) {
                        last(out, "ended", JsonInput.write(new Ended(over.get())));
                        return false;
                    }
                    if (stream.missed()) {
                        return true;
                    }
                    out.comment("still here");
                }
                out.flush();
            }
        } finally {
            open.remove(entry);
        }
    }

    private static void last(EventWriter out, String kind, String json) throws IOException {
        out.event(kind, json, null);
        out.flush();
    }

    /** An output whose reader is cut off if a write takes too long, until it is closed; whoever watches it closes it. */
    final class Watched implements AutoCloseable {
        private final TimedOutput out;

        private Watched(TimedOutput out) {
            this.out = out;
        }

        TimedOutput out() {
            return out;
        }

        @Override
        public void close() {
            writers.remove(out);
        }
    }

    /** Watches what the calling thread writes there. */
    Watched watch(OutputStream out) {
        var timed = new TimedOutput(out, time);
        writers.add(timed);
        tick(0);
        return new Watched(timed);
    }

    TimeSource time() {
        return time;
    }

    /** Ticks for as long as there are streams: one timer for all of them, since one for each event is dear. */
    private void tick(int turn) {
        if (ticking.compareAndSet(false, true)) {
            time.after(TICK, () -> Thread.ofVirtual().name("streams-tick").inheritInheritableThreadLocals(false)
                    .start(() -> beat(turn)));
        }
    }

    private void beat(int turn) {
        writers.forEach(out -> out.cut(PATIENCE));
        for (Open entry : open) {
            if (entry.turn == turn) {
                entry.stream.wake();
            }
        }
        ticking.set(false);
        if (!writers.isEmpty()) {
            tick((turn + 1) % BEAT);
        }
    }

    private record Ended(String reason) {}

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
