package dev.carrel.tests;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import dev.carrel.app.Carrel;
import dev.carrel.error.UnavailableException;
import dev.carrel.server.CarrelServer;

/**
 * A chat that does what the page has to cope with: it says what it was told; "wait" makes it stop in the middle of an
 * answer until it is let go, "fail" and "break" make its turn fail, for a reason that may be shown or not; "order" makes it ask
 * two things before it answers.
 */
final class Desk implements AutoCloseable {
    static final String FIRST = "The first half, ";
    static final String SECOND = "and the second half.";
    static final String REASON = "The catalogue is being moved.";
    static final String SECRET = "a secret of the database";

    private final CountDownLatch letGo = new CountDownLatch(1);
    private final CarrelServer server;

    Desk(Path data) {
        server = TestTutor.serve(Carrel.app("desk").chat("desk", (message, reply) -> {
            String text = message.text();
            if (text.startsWith("wait")) {
                reply.text(FIRST);
                letGo.await();
                reply.text(SECOND);
            } else if (text.startsWith("fail")) {
                reply.text(FIRST);
                throw new UnavailableException(REASON);
            } else if (text.startsWith("break")) {
                throw new IllegalStateException(SECRET);
            } else if (text.startsWith("order")) {
                reply.text("With pleasure.");
                String drink = reply.ask(Map.of("text", "What would you like to drink?", "options",
                        List.of("Tea", "Coffee, strong and black", "Water"))).json();
                String name = reply.ask(Map.of("text", "Which name shall I call?")).json();
                reply.text(" " + drink + " for " + name + ".");
            } else {
                reply.text("You said: " + text);
            }
        }), data, TestUsers.of("alice", "bob"));
    }

    URI uri() {
        return server.uri();
    }

    void letGo() {
        letGo.countDown();
    }

    @Override
    public void close() {
        letGo();
        server.close();
    }
}
