package dev.carrel.server;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.Pools;
import dev.carrel.concurrent.ContextFuture;
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

    @Test
    void threads_pools_and_futures_of_a_handler_speak_in_its_turn_for_its_user() throws Exception {
        App app = Carrel.app("hops").pool("helpers", pool -> pool.concurrency(2)).chat("hops", (message, reply) -> {
            Runnable speak = () -> reply.text(Principal.current().name() + " "
                    + Session.current().update(COUNT, count -> count + 1) + ". ");
            speak.run();
            Pools.named("helpers").submit(speak, "").get();
            ContextFuture.runAsync(() -> {}).thenRunAsync(speak).get();
            Pools.named("helpers").submit(() -> ContextFuture.runAsync(speak).join(), "").get();
        });
        try (var server = TestServer.inMemory(app)) {
            List<TestClient> clients = List.of(server.signedIn("alice"), server.signedIn("bob"));
            List<String> sessions = List.of(clients.get(0).session(), clients.get(1).session());
            for (int i = 0; i < 2; i++) {
                try (TestEvents alice = clients.get(0).events(sessions.get(0), null);
                        TestEvents bob = clients.get(1).events(sessions.get(1), null)) {
                    String hers = clients.get(0).say(sessions.get(0), "hello");
                    String his = clients.get(1).say(sessions.get(1), "hello");
                    assertThat(TestEvents.textOf(alice.untilClosed(hers), hers)).isEqualTo(counted("Alice", 4 * i));
                    assertThat(TestEvents.textOf(bob.untilClosed(his), his)).isEqualTo(counted("Bob", 4 * i));
                }
            }
        }
    }

    private static String counted(String name, int before) {
        var text = new StringBuilder();
        for (int i = 1; i <= 4; i++) {
            text.append(name).append(' ').append(before + i).append(". ");
        }
        return text.toString();
    }

    private record History(List<String> lines) {
        History with(String line) {
            return new History(Stream.concat(lines.stream(), Stream.of(line)).toList());
        }

        History first(int n) {
            return new History(lines.subList(0, Math.min(n, lines.size())));
        }
    }

    private record Edit(int message) {}

    /** What a chat remembers is state like any other, so a function may take back a part of it. */
    @Test
    void what_a_chat_remembers_grows_and_an_edit_drops_what_came_later() throws Exception {
        StateKey<History> history = StateKey.of("history", History.class, () -> new History(List.of()));
        App app = Carrel.app("remembering").chat("chat", (message, reply) -> {
            History now = Session.current().update(history, it -> it.with(message.text()));
            reply.text(now.lines().size() + " " + now.lines().getLast());
            Session.current().update(history, it -> it.with("answer"));
        }).function("edit", input -> Session.current().update(history,
                it -> it.first(2 * input.as(Edit.class).message())).lines().size());
        try (var server = TestServer.inMemory(app)) {
            TestClient alice = server.signedIn("alice");
            String session = alice.session();
            try (TestEvents events = alice.events(session, null)) {
                String first = alice.say(session, "one");
                assertThat(TestEvents.textOf(events.untilClosed(first), first)).isEqualTo("1 one");
                String second = alice.say(session, "two");
                assertThat(TestEvents.textOf(events.untilClosed(second), second)).isEqualTo("3 two");
                assertThat(alice.raw(session + "/functions/edit", "{\"message\": 0}").expect(200).body())
                        .isEqualTo("0");
                String edited = alice.say(session, "one, in other words");
                assertThat(TestEvents.textOf(events.untilClosed(edited), edited)).isEqualTo("1 one, in other words");
            }
        }
    }
}
