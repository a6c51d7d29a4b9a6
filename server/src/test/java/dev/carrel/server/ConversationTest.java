package dev.carrel.server;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.context.Principal;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;

import static org.assertj.core.api.Assertions.assertThat;

/** A conversation over HTTP, from the first request to a restart. */
class ConversationTest {
    private static final StateKey<Integer> COUNT = StateKey.of("count", 0);

    static App counting() {
        return Carrel.app("counting").chat("count", (message, reply) -> {
            int n = Session.current().update(COUNT, count -> count + 1);
            reply.text(Principal.current().name() + " " + n + ": " + message.text());
        }).function("count", input -> Session.current().get(COUNT));
    }

    @Test
    void a_message_is_answered_in_the_stream() throws Exception {
        try (var server = TestServer.inMemory(counting())) {
            TestClient alice = server.signedIn("alice");
            String session = alice.session();
            try (TestEvents events = alice.events(session, null)) {
                String turn = alice.say(session, "hello");
                List<TestEvents.Received> received = events.untilClosed(turn);
                assertThat(received).extracting(TestEvents.Received::kind).containsExactly("message", "started", "text",
                        "committed");
                assertThat(TestEvents.textOf(received, turn)).isEqualTo("Alice 1: hello");
            }
        }
    }

    @Test
    void a_function_sees_what_the_chat_stored() throws Exception {
        try (var server = TestServer.inMemory(counting())) {
            TestClient alice = server.signedIn("alice");
            String session = alice.session();
            try (TestEvents events = alice.events(session, null)) {
                alice.say(session, "one");
                events.untilClosed(alice.say(session, "two"));
            }
            assertThat(alice.raw(session + "/functions/count", "{}").expect(200).body()).isEqualTo("2");
        }
    }

    @Test
    void a_restart_loses_nothing(@TempDir Path data) throws Exception {
        TestClient alice;
        String session;
        String last;
        try (var server = TestServer.onSqlite(counting(), data)) {
            alice = server.signedIn("alice");
            session = alice.session();
            try (TestEvents events = alice.events(session, null)) {
                last = events.untilClosed(alice.say(session, "before")).getLast().id();
            }
        }
        try (var server = TestServer.onSqlite(counting(), data)) {
            TestClient again = server.client();
            again.cookies.getCookieStore().add(server.uri(), alice.cookies.getCookieStore().getCookies().getFirst());
            try (TestEvents events = again.events(session, last)) {
                String turn = again.say(session, "after");
                assertThat(TestEvents.textOf(events.untilClosed(turn), turn)).isEqualTo("Alice 2: after");
            }
        }
    }
}
