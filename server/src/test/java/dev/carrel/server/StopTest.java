package dev.carrel.server;

import java.io.IOException;
import java.net.HttpCookie;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.server.TestEvents.Received;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A stop in order: streams are told and end first, what runs may finish, what waits is there after the restart. */
@Timeout(60)
class StopTest {
    @TempDir
    private Path data = Path.of("");

    private final TestApp app = new TestApp();

    private TestClient again(TestServer server, HttpCookie cookie) {
        TestClient client = server.client();
        client.cookies.getCookieStore().add(server.uri(), cookie);
        return client;
    }

    private static HttpCookie cookie(TestClient client) {
        return client.cookies.getCookieStore().getCookies().getFirst();
    }

    @Test
    void streams_are_told_and_end() throws Exception {
        TestServer server = TestServer.inMemory(app.app());
        TestClient client = server.client();
        String idle = client.session();
        String busy = client.session();
        client.ask(busy, "count");
        try (TestEvents one = client.events(idle, null); TestEvents two = client.events(busy, null)) {
            one.ready();
            two.until(event -> event.kind().equals("committed"));
            server.close();
            for (TestEvents stream : List.of(one, two)) {
                Received last = stream.until(event -> event.kind().equals("closing")).getLast();
                assertThat(last.id()).isEmpty();
                assertThat(stream.next()).isNull();
            }
        }
    }

    @Test
    void a_turn_that_runs_may_finish_and_is_seen_to() throws Exception {
        TestServer server = TestServer.onSqlite(app.app(), data, Duration.ofSeconds(30));
        TestClient client = server.client();
        String session = client.session();
        String turn = client.say(session, "hold finish");
        try (TestEvents events = client.events(session, null)) {
            events.until(event -> event.kind().equals("text"));
            var closed = CompletableFuture.runAsync(server::close);
            org.awaitility.Awaitility.await()
                    .until(() -> client.message(session, "late", "count").status() == 503);
            client.get("/health/ready").expect(503);
            client.get("/health/live").expect(200);
            client.raw("/sessions", "{}").problem(503, "unavailable", "");
            client.raw(session + "/functions/count", "{}").problem(503, "unavailable", "");
            app.open("finish");
            List<Received> rest = events.until(event -> event.kind().equals("closing"));
            assertThat(rest).extracting(Received::kind).containsSubsequence("committed", "closing");
            assertThat(TestEvents.textOf(rest, turn)).isEqualTo(" and let go");
            closed.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void what_does_not_finish_is_closed_as_interrupted_and_what_waits_runs_after_the_restart() throws Exception {
        HttpCookie cookie;
        String session;
        String cut;
        String deaf;
        String deafTurn;
        String last;
        List<String> waiting;
        TestServer server = TestServer.onSqlite(app.app(), data, Duration.ZERO);
        try (server) {
            TestClient client = server.client();
            session = client.session();
            cookie = cookie(client);
            cut = client.say(session, "hold for-ever");
            deaf = client.session();
            deafTurn = client.say(deaf, "deaf until-the-end");
            waiting = List.of(client.say(session, "count a"), client.say(session, "count b"));
            try (TestEvents events = client.events(session, null); TestEvents other = client.events(deaf, null)) {
                last = events.until(event -> event.kind().equals("text")).getLast().id();
                other.until(event -> event.kind().equals("text"));
                server.close();
                List<Received> end = events.until(event -> event.kind().equals("closing"));
                assertThat(end).extracting(Received::kind).containsSubsequence("interrupted", "closing")
                        .doesNotContain("committed");
            }
        }
        app.open("until-the-end");
        try (var restarted = TestServer.onSqlite(app.app(), data)) {
            TestClient client = again(restarted, cookie);
            try (TestEvents events = client.events(session, last)) {
                List<Received> after = events.untilClosed(waiting.getLast());
                assertThat(after).filteredOn(Received::closing).extracting(event -> event.text("turn"))
                        .containsExactly(cut, waiting.get(0), waiting.get(1));
                assertThat(after).filteredOn(Received::closing).extracting(Received::kind).containsExactly(
                        "interrupted",
                        "committed", "committed");
                // The cut turn changed nothing: the first of those that waited counts from one.
                assertThat(TestEvents.textOf(after, waiting.getFirst())).endsWith(" 1 a");
            }
            assertThat(client.turn(deaf, deafTurn).path("status").asString("")).isEqualTo("interrupted");
        }
    }

    @Test
    void a_start_that_fails_touches_no_turn_that_waits() throws Exception {
        HttpCookie cookie;
        String session;
        String turn;
        try (var server = TestServer.onSqlite(app.app(), data, Duration.ZERO)) {
            TestClient client = server.client();
            session = client.session();
            cookie = cookie(client);
            client.say(session, "hold first");
            turn = client.say(session, "hold port");
            try (var in = client.events(session, null)) {
                in.until(event -> event.kind().equals("text"));
            }
        }
        try (var other = TestServer.inMemory(new TestApp().app())) {
            var settings = TestServer.settings(data, "sqlite");
            var taken = new ServerSettings("127.0.0.1", other.uri().getPort(), settings.allowHosts(), data,
                    settings.keys(), settings.store(), settings.lease(),
                    Duration.ZERO, settings.users(), () -> true, settings.time());
            assertThatThrownBy(() -> CarrelServer.start(app.app(), taken)).isInstanceOf(StartException.class)
                    .hasMessageContaining("port " + other.uri().getPort() + " is in use");
        }
        app.open("port");
        try (var server = TestServer.onSqlite(app.app(), data)) {
            TestClient client = again(server, cookie);
            try (TestEvents events = client.events(session, null)) {
                assertThat(events.untilClosed(turn).getLast().kind()).isEqualTo("committed");
            }
        }
    }

    @Test
    void a_server_that_is_closed_twice_is_closed_once_and_its_folder_is_free() throws IOException {
        TestServer server = TestServer.onSqlite(app.app(), data);
        server.close();
        server.close();
        TestServer.onSqlite(app.app(), data).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("keys"))))
                .isEqualTo("rw-------");
    }
}
