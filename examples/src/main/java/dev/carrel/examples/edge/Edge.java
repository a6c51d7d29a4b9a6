package dev.carrel.examples.edge;

import java.time.Duration;
import java.util.Set;
import java.util.UUID;

import dev.carrel.app.App;
import dev.carrel.app.JsonInput;
import dev.carrel.app.engine.Engine;
import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.id.TurnId;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.Event;
import dev.carrel.session.EventStream;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.time.TimeSource;

/**
 * Runs an application in this process and does for it what a server's edge does over HTTP: it says who is asking, opens a
 * session for each tab, takes messages and function calls, and reads the answers from the event log. Thread-safe.
 */
public final class Edge implements AutoCloseable {
    private static final Authority LOGIN = Authority.named("login of the examples");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Engine engine;

    /** Starts the application on a store in memory. */
    public Edge(App app) {
        engine = new Engine(app, new MemoryStore(TimeSource.system()), KeyRing.random(), TimeSource.system());
        engine.start();
    }

    /** A new browser tab of this user: a new session. */
    public Tab open(String user) {
        Principal principal = LOGIN.user("examples", user, user, Set.of());
        return new Tab(engine.create(principal, null));
    }

    /** One tab. Used by one person, so by one thread at a time. */
    public final class Tab {
        private final OwnedSession session;

        private Tab(OwnedSession session) {
            this.session = session;
        }

        /** {@code POST /sessions/{id}/functions/{name}}. */
        public void call(String function, Object input) {
            LOGIN.bind(Context.root(), session.principal())
                    .run(() -> engine.call(session, function, new JsonInput(JsonInput.write(input))));
        }

        /** {@code POST /sessions/{id}/messages}, and then the events until the turn is closed; returns the answer. */
        public String say(String text) throws InterruptedException {
            TurnId turn = engine.post(session, UUID.randomUUID().toString(), text).turn();
            StringBuilder answer = new StringBuilder();
            try (EventStream events = engine.stream(session, null).orElseThrow()) {
                while (true) {
                    for (StoredEvent stored : events.next(PATIENCE)) {
                        switch (stored.event()) {
                            case Event.Text piece when piece.turn().equals(turn) -> answer.append(piece.text());
                            case Event.Committed end when end.turn().equals(turn) -> {
                                return answer.toString();
                            }
                            case Event.Closing end when end.turn().equals(turn) ->
                                throw new IllegalStateException("the turn did not commit: " + end);
                            default -> {
                            }
                        }
                    }
                }
            }
        }
    }

    @Override
    public void close() {
        engine.stop(PATIENCE);
    }
}
