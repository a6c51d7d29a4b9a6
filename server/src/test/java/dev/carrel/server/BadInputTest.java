package dev.carrel.server;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What a client gets wrong is answered with a problem that names it, and changes nothing. */
@SuppressWarnings("NullAway.Init")
class BadInputTest {
    private static TestServer server;
    private static TestClient alice;
    private static String session;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.inMemory(new TestApp().app());
        alice = server.signedIn("alice");
        session = alice.session();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{\"id\":", "not json", "{\"id\": \"a\", \"text\": \"b\"} {}", "{'id': 'a'}",
            "{\"id\": \"a\", \"text\": \"b\",}", "[]", "[1]", "\"text\"", "7", "true", "null", "NaN",
            "{\"id\": \"a\", \"id\": \"b\", \"text\": \"c\"}", "\u0000", "{\"text\": \"\\u12\"}"})
    void what_is_no_json_object_is_malformed(String body) throws IOException {
        alice.raw(session + "/messages", body).problem(400, "malformed", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"{\"id\": 1, \"text\": \"b\"}|id",
            "{\"id\": \"a\", \"text\": {}}|text", "{\"id\": \"a\", \"text\": [\"b\"]}|text",
            "{\"id\": \"a\", \"text\": true}|text", "{\"id\": \"a\", \"text\": 1e999999999}|text",
            "{\"id\": \"a\", \"text\": null}|text", "{\"id\": null, \"text\": \"b\"}|id", "{}|id",
            "{\"id\": \"a\"}|text", "{\"id\": \"a\", \"text\": \"b\", \"role\": \"admin\"}|role",
            "{\"id\": \"a\", \"text\": \"b\", \"user\": \"bob\"}|user", "{\"id\": \"a\", \"text\": \"\"}|text",
            "{\"id\": \"a\", \"text\": \" \\n\\t \"}|text", "{\"id\": \"\", \"text\": \"b\"}|id",
            "{\"id\": \"a b\", \"text\": \"c\"}|id", "{\"id\": \"../a\", \"text\": \"c\"}|id",
            "{\"id\": \"a\\r\\nX: y\", \"text\": \"c\"}|id", "{\"id\": \"a\", \"text\": \"nul \\u0000\"}|text",
            "{\"id\": \"a\", \"text\": \"half \\ud83d\"}|text", "{\"id\": \"a\", \"text\": \"half \\ude00 x\"}|text"})
    void a_field_that_does_not_hold_is_named(String body, String field) throws IOException {
        alice.raw(session + "/messages", body).problem(422, "invalid", field);
    }

    @Test
    void a_message_id_has_at_most_64_characters() throws IOException {
        alice.message(session, "a".repeat(64), "fits").expect(202);
        alice.message(session, "a".repeat(65), "does not").problem(422, "invalid", "id");
    }

    @Test
    void what_is_too_long_is_too_large() throws IOException {
        alice.message(session, "long", "x".repeat(2_001)).problem(413, "too-large", "text");
        alice.raw(session + "/messages", "{\"id\": \"a\", \"text\": \"" + "x".repeat(300_000) + "\"}").problem(413,
                "too-large", "");
    }

    @Test
    void a_body_of_unknown_length_is_bounded_too() throws IOException {
        byte[] large = ("{\"id\": \"a\", \"text\": \"" + "x".repeat(600_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        alice.send(alice.request(session + "/messages").header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(large))).build()).problem(413, "too-large", "");
    }

    @Test
    void a_client_that_still_writes_is_told_why_it_is_refused() throws IOException {
        byte[] large = new byte[900_000];
        for (int i = 0; i < 20; i++) {
            alice.send(session + "/messages", "application/json", large).problem(413, "too-large", "");
            alice.send("/sessions/00000000000000000000000000/messages", "application/json", large).problem(404,
                    "not-found",
                    "");
            alice.send("/nothing", "application/json", large).problem(404, "not-found", "");
        }
    }

    @Test
    void a_body_that_claims_to_be_huge_is_refused_unread() throws IOException {
        RawHttp answer = RawHttp.send(server.uri(), "POST " + session + "/messages HTTP/1.1\nHost: localhost\nCookie: "
                + alice.cookie()
                + "\nContent-Type: application/json\nContent-Length: 99999999999\nConnection: close\n\n{");
        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void deep_nesting_is_refused() throws IOException {
        String deep = "[".repeat(50_000) + "]".repeat(50_000);
        alice.raw(session + "/messages", deep).problem(400, "malformed", "");
        alice.raw(session + "/messages", "{\"id\": \"a\", \"text\": " + deep + "}").problem(422, "invalid", "text");
        alice.raw("/login", "{\"user\": \"a\", \"password\": \"b\", \"take\": " + deep + "}").problem(422, "invalid",
                "take[0]");
        alice.raw(session + "/functions/echo", "{\"text\": " + deep + "}").problem(422, "invalid", "text");
    }

    @Test
    void a_body_that_is_not_utf_8_is_malformed() throws IOException {
        for (byte[] wrong : List.of(new byte[]{(byte) 0xff, (byte) 0xfe, '{', 0, '}', 0},
                "{\"id\": \"a\", \"text\": \"\u00e4\"}".getBytes(StandardCharsets.ISO_8859_1),
                new byte[]{'{', '"', (byte) 0xc0, (byte) 0x80, '"', '}'})) {
            alice.send(session + "/messages", "application/json", wrong).problem(400, "malformed", "");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
            "application/jsonp", "application/json-patch+json", "text/json", "*/*"})
    void what_is_not_declared_as_json_is_not_taken(String type) throws IOException {
        byte[] body = "{\"id\": \"typed\", \"text\": \"b\"}".getBytes(StandardCharsets.UTF_8);
        alice.send(session + "/messages", type, body).problem(415, "unsupported-type", "");
        assertThat(messages()).doesNotContain("typed");
    }

    @Test
    void json_may_be_declared_with_parameters() throws IOException {
        byte[] body = "{\"text\": \"\u00e4\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(alice.send(session + "/functions/echo", "Application/JSON ; charset=UTF-8", body).expect(200)
                .text("text")).isEqualTo("\u00e4");
    }

    private static List<String> messages() throws IOException {
        return alice.get(session).expect(200).json().path("turns").valueStream()
                .map(turn -> turn.path("message").path("id").asString("")).toList();
    }

    @Test
    void a_message_that_was_refused_leaves_no_turn() throws IOException {
        String fresh = alice.session();
        alice.raw(fresh + "/messages", "{\"id\": \"a\", \"text\": \"\"}").expect(422);
        alice.raw(fresh + "/messages", "{").expect(400);
        JsonNode snapshot = alice.get(fresh).expect(200).json();
        assertThat(snapshot.path("turns").size()).isZero();
        assertThat(snapshot.path("last").asString("")).endsWith(".0");
    }

    @Test
    void a_message_sent_again_is_the_same_turn_and_another_text_a_conflict() throws IOException {
        String turn = alice.message(session, "again", "count").expect(202).text("turn");
        assertThat(alice.message(session, "again", "count").expect(202).text("turn")).isEqualTo(turn);
        alice.message(session, "again", "another").problem(409, "conflict", "");
        // The id is the client's own for each conversation, not for all of them.
        String elsewhere = alice.session();
        assertThat(alice.message(elsewhere, "again", "another").expect(202).text("turn")).isNotEqualTo(turn);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sessions/00000000000000000000000000", "/sessions/x", "/sessions/ILOU",
            "/sessions/00000000000000000000000000/events", "/sessions/0000000000000000000000000A",
            "/sessions/00000000000000000000000000%20"})
    void an_unknown_session_is_not_found(String path) throws IOException {
        alice.get(path).problem(404, "not-found", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sessions/", "//sessions", "/sessions//", "/me/", "/ME", "/nothing", "/sessions/a/b/c/d",
            "/assets/", "/assets/lib/", "/assets/nothing.js", "/assets/Index.html", "/assets/index.html.bak",
            "/assets/lib/marked", "/WEB-INF/web.xml", "/META-INF/MANIFEST.MF", "/me;x=y", "/me%00", "/health"})
    void an_unknown_path_is_not_found(String path) throws IOException {
        RawHttp answer = RawHttp.send(server.uri(),
                "GET " + path + " HTTP/1.1\nHost: localhost\nConnection: close\n\n");
        assertThat(answer.status()).isIn(404, 400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void an_unknown_turn_function_or_chat_is_said_so() throws IOException {
        alice.raw(session + "/turns/x/cancel", "").problem(404, "not-found", "");
        alice.raw(session + "/turns/00000000000000000000000000/cancel", "").problem(404, "not-found", "");
        alice.raw(session + "/functions/none", "{}").problem(404, "not-found", "");
        alice.raw(session + "/functions/..%2e", "{}").problem(404, "not-found", "");
        alice.raw("/sessions", "{\"chat\": \"none\"}").problem(422, "invalid", "chat");
        alice.raw("/sessions", "{\"chat\": 5}").problem(422, "invalid", "chat");
        alice.raw("/sessions", "\"chat\"").problem(400, "malformed", "");
        alice.raw("/sessions", "{\"owner\": \"bob\"}").problem(422, "invalid", "owner");
    }

    @Test
    void a_function_that_reads_its_input_strictly_names_the_field() throws IOException {
        alice.raw(session + "/functions/echo", "{\"text\": 5}").problem(422, "invalid", "text");
        alice.raw(session + "/functions/echo", "{\"txet\": \"a\"}").problem(422, "invalid", "txet");
        alice.raw(session + "/functions/echo", "[").problem(400, "malformed", "");
        alice.raw(session + "/functions/nothing", "{}").expect(204);
    }

    @Test
    void a_wrong_method_is_answered_with_those_that_are_right() throws IOException {
        Map<String, String> allowed = new HashMap<>();
        for (var path : alice.get("/openapi.json").expect(200).json().path("paths").properties()) {
            String uri = path.getKey().replace("{session}", session.substring("/sessions/".length()))
                    .replace("{turn}", "00000000000000000000000000").replaceAll("\\{\\w+}", "x");
            for (String method : List.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECTED",
                    "get")) {
                if (path.getValue().has(method.toLowerCase(java.util.Locale.ROOT)) && !method.equals("get")) {
                    continue;
                }
                RawHttp answer = RawHttp.send(server.uri(), method + " " + uri + " HTTP/1.1\nHost: localhost\nCookie: "
                        + alice.cookie() + "\nContent-Length: 0\nConnection: close\n\n");
                assertThat(answer.status()).as(method + " " + uri).isEqualTo(405);
                assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
                allowed.put(path.getKey(), answer.header("Allow"));
            }
        }
        assertThat(allowed).containsEntry("/sessions", "POST, GET, HEAD").containsEntry("/sessions/{session}",
                "GET, HEAD, DELETE").containsEntry("/sessions/{session}/messages", "POST")
                .containsEntry("/me", "GET, HEAD");
    }

    @Test
    void a_function_that_fails_says_nothing_of_why() throws IOException {
        String fresh = alice.session();
        for (String function : List.of("fail", "error")) {
            alice.raw(fresh + "/functions/" + function, "{\"text\": \"bob's secret\"}").problem(500, "internal", "");
        }
        alice.raw(fresh + "/functions/endless", "{}").problem(500, "internal", "");
        assertThat(alice.raw(fresh + "/functions/count", "{}").expect(200).body()).isEqualTo("0");
    }
}
