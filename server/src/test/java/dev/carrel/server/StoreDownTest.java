package dev.carrel.server;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.keys.KeyRing;
import dev.carrel.server.TestClient.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/** A store that is out of order: a clear problem with Retry-After, nothing half written, and service comes back by itself. */
@SuppressWarnings("NullAway.Init")
class StoreDownTest {
    private final TestApp app = new TestApp();
    private final StagedStore store = new StagedStore();
    private TestServer server;
    private TestClient alice;
    private String session;
    private String waiting;

    @BeforeEach
    void start() throws IOException {
        server = TestServer.on(store, app.app(), KeyRing.random());
        alice = server.signedIn("alice");
        session = alice.session();
        alice.ask(session, "count");
        waiting = alice.say(session, "ask Tea?|Milk?");
        try (TestEvents events = alice.events(session, null)) {
            events.until(event -> event.kind().equals("asked"));
        }
    }

    @AfterEach
    void stop() {
        store.down = false;
        server.close();
    }

    private Answer ask(TestClient client, String method, String template) throws IOException {
        String path = template.replace("{session}", session.substring(10)).replace("{turn}", waiting)
                .replace("{name}", "increment").replace("{key}", "count").replace("{version}", "1")
                .replace("lib/{file}", "lib/marked.js").replace("{file}", "carrel.css");
        String body = path.endsWith("/messages")
                ? "{\"id\": \"m\", \"text\": \"count\"}"
                : path.endsWith("/answers")
                        ? "{\"ask\": 0, \"value\": \"yes\"}"
                        : path.equals("/login")
                                ? "{\"user\": \"bob\", \"password\": \"" + TestServer.PASSWORD + "\"}"
                                : "{}";
        return method.equals("POST")
                ? client.raw(path, body)
                : method.equals("DELETE") ? client.delete(path) : client.get(path);
    }

    private String standing() {
        return String.valueOf(store.plain().sessions().snapshot(new SessionId(session.substring(10)), 100));
    }

    private static void refused(Answer answer, String what) {
        assertThat(answer.status()).as(what).isEqualTo(503);
        answer.problem(503, "unavailable", "");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    }

    @Test
    void every_route_that_needs_it_says_so_and_nothing_is_changed() throws IOException {
        Set<String> withoutStore = Set.of("/", "/assets/{file}", "/assets/lib/{file}", "/health/live", "/openapi.json");
        String before = standing();
        String cookie = alice.cookie();
        store.down = true;
        int refused = 0;
        for (var path : server.client().get("/openapi.json").expect(200).json().path("paths").properties()) {
            for (String method : path.getValue().propertyNames()) {
                String what = method + " " + path.getKey();
                if (withoutStore.contains(path.getKey())) {
                    ask(alice, method.toUpperCase(Locale.ROOT), path.getKey()).expect(200);
                } else if (!path.getKey().startsWith("/health")) {
                    refused(ask(alice, method.toUpperCase(Locale.ROOT), path.getKey()), what);
                    refused++;
                }
            }
        }
        assertThat(refused).isGreaterThanOrEqualTo(16);
        assertThat(alice.cookie()).as("nobody was signed in or out").isEqualTo(cookie);
        assertThat(standing()).isEqualTo(before);

        store.down = false;
        for (String path : List.of("/me", "/sessions", session, session + "/state")) {
            alice.get(path).expect(200);
        }
        alice.post(session + "/turns/" + waiting + "/answers", Map.of("ask", 0, "value", "yes")).expect(204);
        alice.post(session + "/turns/" + waiting + "/cancel", Map.of()).expect(202);
        alice.ask(session, "count");
        assertThat(alice.get(session).json().path("turns")).hasSize(3);
    }

    @Test
    void what_was_done_although_its_answer_was_lost_is_done_once_however_often_it_is_asked() throws IOException {
        store.doneAll = true;
        store.once("accept", () -> store.down = true);
        refused(alice.message(session, "m1", "count"), "message");
        store.down = false;
        String turn = alice.message(session, "m1", "count").expect(202).text("turn");
        assertThat(alice.get(session).json().path("turns")).hasSize(3);

        store.once("answer", () -> store.down = true);
        refused(alice.post(session + "/turns/" + waiting + "/answers", Map.of("ask", 0, "value", "yes")), "answer");
        store.down = false;
        alice.post(session + "/turns/" + waiting + "/answers", Map.of("ask", 0, "value", "yes")).expect(204);
        alice.post(session + "/turns/" + waiting + "/cancel", Map.of()).expect(202);
        try (TestEvents events = alice.events(session, null)) {
            assertThat(events.untilClosed(turn).getLast().kind()).isEqualTo("committed");
        }
        assertThat(alice.turn(session, turn).path("text").asString()).startsWith("alice 2");

        store.once("ending", () -> store.down = true);
        refused(alice.delete(session), "delete");
        store.down = false;
        assertThat(alice.delete(session).problem(410, "gone", "").text("reason")).isEqualTo("deleted");
    }

    @Test
    void a_turn_that_runs_meanwhile_is_committed_when_the_store_is_back_and_a_stream_goes_on() throws IOException {
        alice.post(session + "/turns/" + waiting + "/cancel", Map.of()).expect(202);
        String turn = alice.say(session, "hold it");
        String last;
        try (TestEvents events = alice.events(session, null)) {
            last = events.until(event -> event.kind().equals("text") && event.text("text").equals("held")).getLast()
                    .id();
        }
        store.down = true;
        refused(alice.get(session + "/events?after=" + last), "events");
        app.open("it");
        refused(alice.get(session), "snapshot");
        store.down = false;
        try (TestEvents events = alice.events(session, last)) {
            List<TestEvents.Received> rest = events.untilClosed(turn);
            assertThat(rest.getLast().kind()).isEqualTo("committed");
            assertThat(TestEvents.textOf(rest, turn)).isEqualTo(" and let go");
        }
        assertThat(alice.turn(session, turn).path("text").asString()).isEqualTo("held and let go");
    }
}
