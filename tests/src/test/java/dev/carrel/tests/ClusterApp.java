package dev.carrel.tests;

import java.util.Map;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.ChatOptions;
import dev.carrel.app.Reply;
import dev.carrel.session.Message;
import dev.carrel.session.Scope;
import dev.carrel.session.Session;
import dev.carrel.session.State;
import dev.carrel.session.StateKey;

/** What the nodes run that are killed and frozen: it counts its turns in state, and can take its time. */
final class ClusterApp {
    /** The session's turns that committed. */
    private static final StateKey<Integer> TURNS = StateKey.of("turns", 0);
    /** The calls of the function, once for the session and once for the user. */
    private static final StateKey<Integer> CALLS = StateKey.of("calls", 0);
    private static final StateKey<Long> ALL_CALLS = StateKey.of("all-calls", 0L).in(Scope.USER);

    private record Counts(int turns, int calls, long allCalls) {}

    private ClusterApp() {}

    static App app() {
        return Carrel.app("cluster")
                .chat("cut", ClusterApp::answer)
                .chat("again", ClusterApp::answer, ChatOptions.DEFAULT.restartable())
                .function("increment", input -> {
                    State.current().increment(ALL_CALLS, 1);
                    return Map.of("calls", Session.current().update(CALLS, n -> n + 1));
                })
                .function("counts", input -> new Counts(Session.current().get(TURNS), Session.current().get(CALLS),
                        State.current().get(ALL_CALLS)));
    }

    /** As many pieces as the message says, and a moment between two of them. */
    private static void answer(Message message, Reply reply) throws InterruptedException {
        int pieces = Integer.parseInt(message.text());
        for (int i = 0; i < pieces; i++) {
            reply.text(piece(i));
            Thread.sleep(20);
        }
        reply.text("turn " + Session.current().update(TURNS, n -> n + 1));
    }

    /** What it says for a message of so many pieces, as the session's turn of this number. */
    static String answer(int pieces, int turn) {
        var text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(piece(i));
        }
        return text + "turn " + turn;
    }

    private static String piece(int i) {
        return "<" + i + ">";
    }
}
