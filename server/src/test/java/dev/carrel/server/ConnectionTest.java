package dev.carrel.server;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import dev.carrel.app.App;
import dev.carrel.app.SessionListener;
import dev.carrel.context.Principal;
import dev.carrel.id.SessionId;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.EndReason;
import dev.carrel.session.Session;

import static org.assertj.core.api.Assertions.assertThat;

/** A stream that is opened, dropped and opened again is told of exactly once each; it is no start, no end and no activity. */
class ConnectionTest {
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final App app = new TestApp().app().listener(new SessionListener() {
        private void hear(String what) {
            assertThat(Session.current().id()).isNotNull();
            heard.add(what + " " + Principal.current().user());
        }

        @Override
        public void created() {
            hear("created");
        }

        @Override
        public void started() {
            hear("started");
        }

        @Override
        public void connected() {
            hear("connected");
        }

        @Override
        public void resumed() {
            hear("resumed");
        }

        @Override
        public void disconnected() {
            hear("disconnected");
        }

        @Override
        public void ended(EndReason reason) {
            hear("ended " + reason.text());
        }
    });

    private void await(String... all) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(heard).containsExactly(all));
    }

    @Test
    void each_stream_is_connected_and_disconnected_once_and_one_that_goes_on_is_resumed() throws IOException {
        try (var server = TestServer.inMemory(app)) {
            TestClient alice = server.signedIn("alice");
            String session = alice.session();
            await("created alice");
            String turn;
            String last;
            try (TestEvents events = alice.events(session, null)) {
                events.ready();
                await("created alice", "connected alice");
                turn = alice.say(session, "count");
                last = events.untilClosed(turn).getLast().id();
                await("created alice", "connected alice", "started alice");
                // The drop is noticed at the next write.
            }
            alice.say(session, "count");
            await("created alice", "connected alice", "started alice", "disconnected alice");
            heard.clear();

            try (TestEvents events = alice.events(session, last)) {
                events.ready();
                await("connected alice", "resumed alice");
                alice.delete(session).expect(204);
                assertThat(events.until(event -> event.kind().equals("ended")).getLast().text("reason"))
                        .isEqualTo("deleted");
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThat(heard).contains("ended deleted alice").hasSizeBetween(3, 4));
            assertThat(heard).doesNotHaveDuplicates();
        }
    }

    @Test
    void what_is_no_stream_connects_nobody() throws IOException {
        try (var server = TestServer.inMemory(app)) {
            TestClient alice = server.signedIn("alice");
            String session = alice.session();
            alice.get(session).expect(200);
            RawHttp.send(server.uri(), "HEAD " + session + "/events HTTP/1.1\nHost: localhost\nCookie: "
                    + alice.cookie() + "\nConnection: close\n\n");
            server.signedIn("bob").get(session + "/events").problem(404, "not-found", "");
            alice.delete(session).expect(204);
            alice.get(session + "/events").problem(410, "gone", "");
            await("created alice", "ended deleted alice");
        }
    }

    @Test
    void a_stream_that_is_cut_off_is_disconnected_once() throws Exception {
        var nanos = new AtomicLong();
        try (var server = TestServer.on(new StagedStore(), app, KeyRing.random(), SlowReaderTest.clock(nanos))) {
            TestClient alice = server.signedIn("alice");
            String session = alice.session();
            try (TestEvents sleeper = SlowReaderTest.narrow(server, alice, session)) {
                sleeper.ready();
                alice.ask(session, "flood 3000");
                alice.ask(session, "flood 3000");
                heard.clear();
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
                    // Who has left is noticed when something is sent.
                    alice.say(session, "count");
                    return server.streams() == 0;
                });
                Awaitility.await().untilAsserted(() -> assertThat(heard).contains("disconnected alice"));
            }
        }
        assertThat(heard).containsOnly("disconnected alice").hasSizeBetween(1, 2);
    }

    @Test
    void a_stream_keeps_no_session_alive() throws IOException {
        var store = new StagedStore();
        try (var server = TestServer.on(store, app, KeyRing.random())) {
            TestClient alice = server.signedIn("alice");
            String session = alice.session();
            alice.ask(session, "count");
            var id = new SessionId(session.substring("/sessions/".length()));
            var before = store.plain().sessions().find(id).orElseThrow().active();
            try (TestEvents events = alice.events(session, null)) {
                events.ready();
                assertThat(events.comment()).isEqualTo("still here");
                alice.get(session).expect(200);
            }
            assertThat(store.plain().sessions().find(id).orElseThrow().active()).isEqualTo(before);
        }
    }
}
