package dev.carrel.server;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import dev.carrel.batch.Item;
import dev.carrel.id.SessionId;
import dev.carrel.keys.KeyRing;
import dev.carrel.server.TestClient.Answer;
import dev.carrel.session.Owner;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Store;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * G7: a session belongs to its principal. Its id names it and never authorises: knowing it is worth nothing to anybody
 * else, on every route.
 */
@SuppressWarnings("NullAway.Init")
class G7OwnershipTest {
    private static final TestApp APP = new TestApp();
    /**
     * The routes that lead to no session. A new route is either under a session, where its owner is asked for, or an operator's,
     * or stands here because somebody has thought about whose data it shows.
     */
    private static final Set<String> OF_NO_SESSION = Set.of("GET /", "GET /assets/{file}", "GET /assets/lib/{file}",
            "GET /health/live", "GET /health/ready", "GET /openapi.json", "GET /me", "POST /login", "POST /logout",
            "POST /sessions", "GET /sessions");
    /** Nor do those of models: a call is its caller's, and what they tell of the models themselves is for everybody. */
    private static final Set<String> OF_MODELS = Set.of("GET /models", "POST /models/{name}",
            "DELETE /models/{name}/calls/{call}", "GET /models/{name}/health", "POST /v1/embeddings", "GET /v1/models",
            "GET /v1/models/{model}");
    private static final List<String> VERBS = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final String NONE = "00000000000000000000000000";
    private static final String SECRET = "alice-secret-4711";

    private static final KeyRing KEYS = KeyRing.random();
    private static final StagedStore store = new StagedStore();
    private static final WalkedModels MODELS = new WalkedModels();

    private static TestServer server;
    private static TestClient alice;
    private static TestClient bob;

    /** A route of the table, as /openapi.json tells of it. */
    private record Line(String method, String template) {}

    @BeforeAll
    static void start() {
        server = TestServer.on(store, MODELS.on(APP.app()), KEYS);
        alice = server.signedIn("alice");
        bob = server.signedIn("bob");
    }

    @AfterAll
    static void stop() {
        MODELS.release();
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

    private static boolean ofSession(Line line) {
        return line.template.startsWith("/sessions/{session}");
    }

    private static boolean operators(Line line) {
        return line.template.startsWith("/operator/sessions/{session}/");
    }

    private static Answer send(TestClient client, String method, String template, String session, String turn)
            throws IOException {
        String path = template.replace("{session}", session).replace("{turn}", turn).replace("{name}", "increment")
                .replace("{key}", "count").replace("{version}", "1");
        String body = switch (path.substring(path.lastIndexOf('/'))) {
            case "/messages" -> "{\"id\": \"theirs\", \"text\": \"mine now\"}";
            case "/answers" -> "{\"ask\": 0, \"value\": \"mine now\"}";
            case "/plain", "/streaming" -> "{\"text\": \"mine now\"}";
            case "/embeddings" -> "{\"model\": \"embedding\", \"input\": \"mine now\"}";
            default -> "{}";
        };
        HttpRequest request = client.request(path).header("Content-Type", "application/json").method(method,
                Set.of("POST", "PUT", "PATCH").contains(method)
                        ? HttpRequest.BodyPublishers.ofString(body)
                        : HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            return client.send(request);
        } catch (IOException closed) {
            // A kept connection that was closed just now: HttpClient asks again by itself only for GET and HEAD.
            if (!String.valueOf(closed.getMessage()).contains("received no bytes")) {
                throw closed;
            }
            return client.send(request);
        }
    }

    private static List<Line> ofNoSession() throws IOException {
        return table().stream().filter(line -> !ofSession(line) && !operators(line)).toList();
    }

    @Test
    void every_route_is_of_a_session_or_of_an_operator_or_is_known_to_lead_to_nobodys_data() throws IOException {
        Set<String> known = new HashSet<>(OF_NO_SESSION);
        known.addAll(OF_MODELS);
        assertThat(ofNoSession()).extracting(line -> line.method + " " + line.template)
                .containsExactlyInAnyOrderElementsOf(known);
        assertThat(table()).filteredOn(G7OwnershipTest::ofSession).hasSizeGreaterThanOrEqualTo(9);
        assertThat(table()).filteredOn(G7OwnershipTest::operators).hasSizeGreaterThanOrEqualTo(2);
    }

    /** A session of Alice's in which a turn waits for her answer, another waits for it, and state was written. */
    private record Hers(String path, String id, String turn) {
        static Hers make() throws IOException {
            String path = alice.session();
            alice.ask(path, "count " + SECRET);
            String turn = alice.say(path, "ask " + SECRET);
            try (TestEvents events = alice.events(path, null)) {
                events.until(event -> event.kind().equals("asked"));
            }
            alice.say(path, "count");
            return new Hers(path, path.substring("/sessions/".length()), turn);
        }
    }

    @Test
    void anothers_session_is_not_there_on_any_route_by_any_verb_and_nothing_changes() throws Exception {
        Hers hers = Hers.make();
        JsonNode before = alice.get(hers.path).expect(200).json();
        try (var elsewhere = TestServer.on(store, APP.app("college", Duration.ofMinutes(5), 16), KEYS)) {
            List<TestClient> others = List.of(bob, server.client(), server.signedIn("olga"),
                    elsewhere.signedIn("alice"), elsewhere.signedIn("olga"), elsewhere.client());
            for (TestClient other : others) {
                other.get("/me").expect(200);
                for (String template : table().stream().filter(G7OwnershipTest::ofSession).map(Line::template)
                        .distinct().toList()) {
                    for (String verb : VERBS) {
                        Answer theirs = send(other, verb, template, hers.id, hers.turn);
                        assertThat(theirs.status()).as(verb + " " + template).isIn(404, 405);
                        assertThat(theirs.body()).doesNotContain(SECRET, hers.id, "alice", "Alice");
                        sameAsNone(other, theirs, verb, template, hers.turn);
                    }
                }
                for (Line line : table().stream().filter(G7OwnershipTest::ofSession).toList()) {
                    // Not 405: so each of these is a way to hers, for her.
                    send(other, line.method, line.template, hers.id, hers.turn).problem(404, "not-found", "");
                }
            }
        }
        assertThat(alice.get(hers.path).expect(200).json()).isEqualTo(before);
        alice.post(hers.path + "/turns/" + hers.turn + "/answers", Map.of("ask", 0, "value", "yes")).expect(204);
        try (TestEvents events = alice.events(hers.path, null)) {
            assertThat(events.untilClosed(hers.turn).getLast().kind()).isEqualTo("committed");
        }
    }

    /** Exactly as one that does not exist, but for the request's id. */
    private static void sameAsNone(TestClient other, Answer theirs, String verb, String template, String turn)
            throws IOException {
        Answer none = send(other, verb, template, NONE, turn);
        assertThat(theirs.status()).as(verb + " " + template).isEqualTo(none.status());
        assertThat(withoutRequest(theirs)).isEqualTo(withoutRequest(none));
        assertThat(theirs.response().headers().map().keySet()).isEqualTo(none.response().headers().map().keySet());
    }

    /** A call of Alice's that runs, and that she has called "mine". */
    private static HttpRequest call(TestClient client, String model, String text) {
        return client.request("/models/" + model).header("Content-Type", "application/json")
                .header("Carrel-Call", "mine")
                .POST(HttpRequest.BodyPublishers.ofString("{\"text\": \"" + text + "\"}")).build();
    }

    @Test
    void a_route_of_no_session_shows_nothing_of_anothers_and_changes_nothing_of_theirs() throws Exception {
        Hers hers = Hers.make();
        JsonNode before = alice.get(hers.path).expect(200).json();
        JsonNode sessions = alice.get("/sessions").expect(200).json();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> running = threads.submit(() -> alice.send(call(alice, "held", SECRET)));
            Item<String> asked = MODELS.asked.get(20, TimeUnit.SECONDS);
            for (TestClient other : List.of(server.signedIn("bob"), server.client())) {
                String they = other.get("/me").expect(200).text("user");
                List<String> templates = ofNoSession().stream().map(Line::template).distinct()
                        .filter(template -> !template.equals("/logout")).toList();
                for (String template : templates) {
                    for (String verb : VERBS) {
                        walk(other, verb, template, hers.id);
                    }
                }
                for (String model : WalkedModels.NAMES) {
                    String path = "/models/" + model + "/calls/";
                    Answer stopped = other.delete(path + "mine").problem(404, "not-found", "");
                    Answer none = other.delete(path + "none");
                    assertThat(withoutRequest(stopped)).isEqualTo(withoutRequest(none));
                }
                // Their own call may have the name of hers.
                Answer own = other.send(call(other, "plain", "theirs")).expect(200);
                assertThat(own.text("user")).isEqualTo(they);
                assertThat(own.text("text")).isEqualTo("theirs");
                other.raw("/logout", "").expect(204);
            }
            assertThat(running).isNotDone();
            assertThat(asked.cancellation().requested()).isFalse();
            MODELS.release();
            assertThat(running.get(20, TimeUnit.SECONDS).expect(200).text("text")).isEqualTo(SECRET);
        }
        assertThat(alice.get(hers.path).expect(200).json()).isEqualTo(before);
        assertThat(alice.get("/sessions").expect(200).json()).isEqualTo(sessions);
    }

    private static void walk(TestClient other, String verb, String template, String hers) throws IOException {
        for (String name : template.contains("{name}") ? WalkedModels.NAMES : List.of("")) {
            if (verb.equals("POST") && name.equals("held")) {
                // It would wait behind hers.
                continue;
            }
            Answer theirs = send(other, verb, template.replace("{name}", name).replace("{call}", "mine")
                    .replace("{file}", hers).replace("{model}", "embedding"), hers, NONE);
            assertThat(theirs.status()).as(verb + " " + template).isLessThan(500);
            assertThat(theirs.body()).as(verb + " " + template).doesNotContain(SECRET, hers, "alice", "Alice");
        }
    }

    @Test
    void an_operators_route_is_for_the_operators_of_its_tenant_and_shows_nothing_else() throws Exception {
        Hers hers = Hers.make();
        try (var elsewhere = TestServer.on(store, APP.app("college", Duration.ofMinutes(5), 16), KEYS)) {
            for (Line line : table().stream().filter(G7OwnershipTest::operators).toList()) {
                // Whoever is no operator learns nothing, be there such a session or not.
                for (TestClient other : List.of(alice, bob, server.client(), elsewhere.signedIn("alice"))) {
                    other.get("/me").expect(200);
                    Answer refused = send(other, line.method, line.template, hers.id, hers.turn);
                    refused.problem(403, "forbidden", "");
                    sameAsNone(other, refused, line.method, line.template, hers.turn);
                }
                TestClient foreign = elsewhere.signedIn("olga");
                Answer unknown = send(foreign, line.method, line.template, hers.id, hers.turn);
                unknown.problem(404, "not-found", "");
                sameAsNone(foreign, unknown, line.method, line.template, hers.turn);
                assertThat(line.method).as("operators look, they change nothing").isEqualTo("GET");
                send(server.signedIn("olga"), line.method, line.template, hers.id, hers.turn).expect(200);
            }
        }
    }

    private static String withoutRequest(Answer answer) {
        return answer.body().replace(answer.header("X-Request-Id"), "");
    }

    /** What checks first and writes later lets whoever is no longer the owner write: the store itself must ask. */
    @ParameterizedTest
    @CsvSource({"accept, POST, /messages", "write, POST, /functions/increment", "ending, DELETE, ''",
            "stop, POST, /turns/{turn}/cancel", "answer, POST, /turns/{turn}/answers", "history, GET, /state",
            "valueAt, GET, /state/count/1", "snapshot, GET, ''", "range, GET, /events"})
    void what_is_given_away_between_the_check_and_the_write_is_not_written_to(String operation, String method,
            String path) throws IOException {
        TestClient visitor = server.client();
        String session = visitor.session();
        String id = session.substring("/sessions/".length());
        visitor.ask(session, "count");
        String turn = visitor.say(session, "ask given");
        try (TestEvents events = visitor.events(session, null)) {
            events.until(event -> event.kind().equals("asked"));
            visitor.post(session + "/turns/" + turn + "/answers", Map.of("ask", 0, "value", "yes")).expect(204);
            events.untilClosed(turn);
        }
        var owner = new Owner("attacked", visitor.get("/me").text("user"));
        var before = new ArrayList<String>();
        var moved = new AtomicBoolean();
        store.once(operation, () -> {
            moved.set(store.plain().sessions().move(new SessionId(id), owner, new Owner("attacked", "bob")));
            before.add(standing(id));
        });
        Answer refused = send(visitor, method, "/sessions/{session}" + path, id, turn);
        assertThat(moved).as("it was given away while the request was on its way").isTrue();
        if (operation.equals("range")) {
            assertThat(refused.body()).contains("event: ended", "moved").doesNotContain("event: text", "count");
            return;
        }
        refused.problem(404, "not-found", "");
        assertThat(standing(id)).isEqualTo(before.getFirst());
        bob.get(session).expect(200);
    }

    private static String standing(String id) {
        var session = new SessionId(id);
        Store plain = store.plain();
        return plain.sessions().snapshot(session, 100) + " "
                + plain.state().read(new Place.OfSession(session), "count") + " " + plain.events().range(session);
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
