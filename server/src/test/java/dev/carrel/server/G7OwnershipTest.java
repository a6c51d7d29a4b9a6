package dev.carrel.server;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import dev.carrel.server.TestClient.Answer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * G7: a session belongs to its principal. Its id names it and never authorises: knowing it is worth nothing to anybody
 * else, on every route.
 */
@SuppressWarnings("NullAway.Init")
class G7OwnershipTest {
    private static final TestApp APP = new TestApp();
    /** The paths with a variable that lead to nobody's data. A new one is either of a session or stands here. */
    private static final Set<String> NOBODYS = Set.of("/assets/{file}", "/assets/lib/{file}");
    private static final String SECRET = "alice-secret-4711";

    private static TestServer server;
    private static TestClient alice;
    private static TestClient bob;

    /** A route of the table, as /openapi.json tells of it. */
    private record Line(String method, String template) {}

    @BeforeAll
    static void start() {
        server = TestServer.inMemory(APP.app());
        alice = server.signedIn("alice");
        bob = server.signedIn("bob");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<Line> table() throws IOException {
        List<Line> lines = new ArrayList<>();
        for (var path : alice.get("/openapi.json").expect(200).json().path("paths").properties()) {
            path.getValue().propertyNames()
                    .forEach(method -> lines.add(new Line(method.toUpperCase(Locale.ROOT), path.getKey())));
        }
        return lines;
    }

    private static Answer send(TestClient client, Line line, String session, String turn) throws IOException {
        String path = line.template.replace("{session}", session).replace("{turn}", turn).replace("{name}",
                "increment");
        String body = path.endsWith("/messages") ? "{\"id\": \"theirs\", \"text\": \"mine now\"}" : "{}";
        return client.send(client.request(path).header("Content-Type", "application/json").method(line.method,
                line.method.equals("POST")
                        ? HttpRequest.BodyPublishers.ofString(body)
                        : HttpRequest.BodyPublishers.noBody())
                .build());
    }

    @Test
    void every_route_with_a_variable_is_of_a_session_or_of_nobody() throws IOException {
        assertThat(table()).extracting(Line::template).filteredOn(template -> template.contains("{"))
                .allSatisfy(
                        template -> assertThat(template.startsWith("/sessions/{session}") || NOBODYS.contains(template))
                                .as(template).isTrue());
        assertThat(table()).extracting(Line::template).filteredOn(it -> it.contains("{session}"))
                .hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void anothers_session_is_not_there_on_any_route_and_nothing_changes() throws IOException {
        String path = alice.session();
        String id = path.substring("/sessions/".length());
        String turn = alice.say(path, "hold " + SECRET);
        try (TestEvents events = alice.events(path, null)) {
            events.until(event -> event.kind().equals("text"));
        }
        alice.say(path, "count");
        JsonNode before = alice.get(path).expect(200).json();
        String none = "00000000000000000000000000";
        for (TestClient other : List.of(bob, server.client())) {
            other.get("/me").expect(200);
            for (Line line : table()) {
                if (line.template.contains("{session}")) {
                    Answer theirs = send(other, line, id, turn);
                    assertThat(theirs.status()).as(line.method + " " + line.template).isEqualTo(404);
                    theirs.problem(404, "not-found", "");
                    assertThat(theirs.body()).doesNotContain(SECRET, id, "alice", "Alice");
                    // Exactly as one that does not exist, but for the request's id.
                    assertThat(withoutRequest(theirs)).isEqualTo(withoutRequest(send(other, line, none, turn)));
                    assertThat(theirs.response().headers().map().keySet())
                            .isEqualTo(send(other, line, none, turn).response().headers().map().keySet());
                }
            }
        }
        assertThat(alice.get(path).expect(200).json()).isEqualTo(before);
        APP.open(SECRET);
        try (TestEvents events = alice.events(path, null)) {
            assertThat(events.untilClosed(turn).getLast().kind()).isEqualTo("committed");
        }
    }

    private static String withoutRequest(Answer answer) {
        return answer.body().replace(answer.header("X-Request-Id"), "");
    }

    @Test
    void a_turn_of_another_session_cannot_be_stopped_through_ones_own() throws IOException {
        String theirs = alice.session();
        String turn = alice.say(theirs, "hold other");
        String own = bob.session();
        bob.raw(own + "/turns/" + turn + "/cancel", "").problem(404, "not-found", "");
        APP.open("other");
        try (TestEvents events = alice.events(theirs, null)) {
            assertThat(events.untilClosed(turn).getLast().kind()).isEqualTo("committed");
        }
    }

    @Test
    void the_list_is_ones_own() throws IOException {
        String hers = alice.session();
        alice.ask(hers, "count " + SECRET);
        String his = bob.session();
        assertThat(bob.get("/sessions").expect(200).body()).contains(his.substring(10)).doesNotContain(SECRET,
                hers.substring(10));
        assertThat(server.client().get("/sessions").expect(200).json().path("sessions").size()).isZero();
    }

    @Test
    void two_visitors_are_two_principals() throws IOException {
        TestClient one = server.client();
        String session = one.session();
        TestClient two = server.client();
        assertThat(one.get("/me").text("user")).isNotEqualTo(two.get("/me").text("user"));
        two.get(session).problem(404, "not-found", "");
        one.get(session).expect(200);
    }

    @Test
    void another_users_session_cannot_be_taken_along() throws IOException {
        String hers = alice.session();
        String visitors;
        TestClient visitor = server.client();
        visitors = visitor.session();
        Answer taken = server.client().post("/login", Map.of("user", "bob", "password", TestServer.PASSWORD, "take",
                List.of(hers.substring(10), visitors.substring(10), "nonsense"))).expect(200);
        assertThat(taken.json().path("taken").size()).isZero();
        assertThat(taken.json().path("left").size()).isEqualTo(3);
        alice.get(hers).expect(200);
        visitor.get(visitors).expect(200);
    }
}
