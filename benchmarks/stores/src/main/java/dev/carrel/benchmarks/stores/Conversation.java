package dev.carrel.benchmarks.stores;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.JsonInput;
import dev.carrel.app.engine.Engine;
import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.id.SessionId;
import dev.carrel.session.EventStream;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.StoredEvent;

/** One user's session with the echo that counts, from inside the process. To be used by one thread at a time. */
final class Conversation implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Engine engine;
    private final Context context;
    private final OwnedSession session;
    private @Nullable EventStream stream;
    private int count;

    /** Of its owner; it has counted to {@code count}. */
    Conversation(Engine engine, Authority authority, OwnedSession session, int count) {
        this.engine = engine;
        this.context = authority.bind(Context.root(), session.principal());
        this.session = session;
        this.count = count;
    }

    SessionId id() {
        return session.id();
    }

    Principal owner() {
        return session.principal();
    }

    /**
     * A message, and its answer to the last event, which must be right.
     *
     * @return how long it took, in nanoseconds
     */
    long turn() throws InterruptedException {
        EventStream events = stream;
        if (events == null) {
            events = engine.stream(session, engine.snapshot(session).last()).orElseThrow();
            stream = events;
        }
        String message = "word " + count;
        count++;
        String right = "\"text\":\"" + count + ": " + message + "\"";
        boolean answered = false;
        long start = System.nanoTime();
        engine.post(session, "m" + count, message);
        while (true) {
            for (StoredEvent event : events.next(PATIENCE)) {
                switch (event.kind()) {
                    case "message", "started" -> {
                        // Part of every turn.
                    }
                    case "text" -> answered = event.json().contains(right);
                    case "committed" -> {
                        if (!answered) {
                            throw new IllegalStateException("the answer was not " + right);
                        }
                        return System.nanoTime() - start;
                    }
                    default -> throw new IllegalStateException("event " + event.kind() + " " + event.json());
                }
            }
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IllegalStateException("no answer within " + PATIENCE);
            }
        }
    }

    /** A call of the function that counts. */
    void call() {
        context.run(() -> engine.call(session, "update", new JsonInput("{\"text\":\"\"}")));
        count++;
    }

    /** A call of the function that says how far it has counted. */
    void read() {
        context.run(() -> engine.call(session, "read", new JsonInput("{}")));
    }

    /** Ends the session. */
    void end() {
        close();
        engine.delete(session);
    }

    /** Stops listening; the session stays. */
    @Override
    public void close() {
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }
}
