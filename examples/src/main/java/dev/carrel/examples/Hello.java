package dev.carrel.examples;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.context.Principal;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;

/** The smallest program: a chat that counts each session's messages. Needs carrel-server on the class path. */
final class Hello {
    static final StateKey<Integer> COUNT = StateKey.of("count", 0);

    void main() {
        app().start();
    }

    static App app() {
        return Carrel.app("hello").chat("hello", (message, reply) -> {
            int n = Session.current().update(COUNT, count -> count + 1);
            reply.text(Principal.current().name() + ": message " + n);
        });
    }
}
