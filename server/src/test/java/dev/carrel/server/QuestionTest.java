package dev.carrel.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import dev.carrel.server.TestEvents.Received;

import static org.assertj.core.api.Assertions.assertThat;

/** A turn asks its user something, and goes on with what they answer. */
@SuppressWarnings("NullAway.Init")
class QuestionTest {
    private static final TestApp APP = new TestApp();

    @TempDir
    private static Path data;
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.onSqlite(APP.app(), data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static TestClient.Answer answer(TestClient client, String session, String turn, int ask, Object value)
            throws IOException {
        return client.post(session + "/turns/" + turn + "/answers", Map.of("ask", ask, "value", value));
    }

    /** Says something that makes the turn ask, and waits until it does. */
    private static String asking(TestClient client, String session, String questions) throws IOException {
        String last = client.get(session).expect(200).text("last");
        try (TestEvents events = client.events(session, last)) {
            String turn = client.say(session, "ask " + questions);
            events.until(event -> event.kind().equals("asked"));
            return turn;
        }
    }

    @Test
    void a_question_is_asked_answered_and_the_turn_goes_on() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        try (TestEvents events = client.events(session, null)) {
            String turn = client.say(session, "ask Tea?|Milk?");
            Received tea = events.until(event -> event.kind().equals("asked")).getLast();
            assertThat(tea.data().path("ask").asInt()).isZero();
            assertThat(tea.data().path("question").path("text").asString()).isEqualTo("Tea?");
            assertThat(tea.data().path("question").path("options")).extracting(JsonNode::asString)
                    .containsExactly("yes", "no");
            JsonNode waiting = client.turn(session, turn);
            assertThat(waiting.path("status").asString()).isEqualTo("waiting");
            assertThat(waiting.path("text").asString()).isEqualTo("Well, ");
            assertThat(waiting.path("data").get(0).path("name").asString()).isEqualTo("asked");
            assertThat(waiting.path("data").get(0).path("value").path("question"))
                    .isEqualTo(tea.data().path("question"));
            assertThat(waiting.has("answers")).isFalse();

            answer(client, session, turn, 0, "yes").expect(204);
            List<Received> next = events.until(event -> event.kind().equals("asked"));
            assertThat(next).extracting(Received::kind).containsExactly("answered", "text", "asked");
            assertThat(next.getFirst().data().path("ask").asInt()).isZero();
            assertThat(next.getFirst().text("value")).isEqualTo("yes");
            assertThat(next.getLast().data().path("ask").asInt()).isOne();

            answer(client, session, turn, 1, Map.of("a lot", List.of(1, 2.5, true))).expect(204);
            assertThat(events.untilClosed(turn).getLast().kind()).isEqualTo("committed");
            JsonNode whole = client.turn(session, turn);
            assertThat(whole.path("text").asString())
                    .isEqualTo("Well, Tea? \"yes\". Milk? {\"a lot\":[1,2.5,true]}. ");
            assertThat(whole.path("answers").toString()).isEqualTo(
                    "[{\"ask\":0,\"value\":\"yes\"},{\"ask\":1,\"value\":{\"a lot\":[1,2.5,true]}}]");
        }
    }

    @Test
    void the_same_answer_again_is_harmless_and_another_one_is_refused_while_it_waits_and_afterwards()
            throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String turn = asking(client, session, "Tea?|Milk?");
        answer(client, session, turn, 0, "yes").expect(204);
        answer(client, session, turn, 0, "yes").expect(204);
        client.raw(session + "/turns/" + turn + "/answers", "{ \"value\" : \"yes\", \"ask\" : 0 }").expect(204);
        answer(client, session, turn, 0, "no").problem(409, "conflict", "");
        answer(client, session, turn, 7, "yes").problem(404, "not-found", "");
        try (TestEvents events = client.events(session, null)) {
            events.until(event -> event.kind().equals("asked") && event.data().path("ask").asInt() == 1);
            client.post(session + "/turns/" + turn + "/cancel", Map.of()).expect(202);
            assertThat(events.untilClosed(turn).getLast().kind()).isEqualTo("cancelled");
        }
        answer(client, session, turn, 1, "yes").problem(409, "conflict", "");
    }

    @Test
    void of_many_answers_at_once_one_counts() throws Exception {
        TestClient client = server.client();
        String session = client.session();
        String turn = asking(client, session, "Which?");
        List<Callable<Integer>> tries = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String value = "answer " + i;
            tries.add(() -> answer(client, session, turn, 0, value).status());
        }
        List<Integer> taken = new ArrayList<>();
        try (var threads = Executors.newFixedThreadPool(6)) {
            for (Future<Integer> each : threads.invokeAll(tries)) {
                taken.add(each.get());
            }
        }
        assertThat(taken).containsOnlyOnce(204).containsOnly(204, 409);
        try (TestEvents events = client.events(session, null)) {
            List<Received> all = events.untilClosed(turn);
            Received answered = all.stream().filter(event -> event.kind().equals("answered")).findFirst().orElseThrow();
            assertThat(all).extracting(Received::kind).containsOnlyOnce("answered");
            assertThat(TestEvents.textOf(all, turn)).isEqualTo("Well, Which? \"" + answered.text("value") + "\". ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
            "{}; 422; invalid; ask",
            "{\"ask\": 0}; 422; invalid; value",
            "{\"value\": 1}; 422; invalid; ask",
            "{\"ask\": -1, \"value\": 1}; 422; invalid; ask",
            "{\"ask\": 0.5, \"value\": 1}; 422; invalid; ask",
            "{\"ask\": \"0\", \"value\": 1}; 422; invalid; ask",
            "{\"ask\": true, \"value\": 1}; 422; invalid; ask",
            "{\"ask\": null, \"value\": 1}; 422; invalid; ask",
            "{\"ask\": 99999999999, \"value\": 1}; 422; invalid; ask",
            "{\"ask\": 0, \"value\": 1, \"turn\": \"x\"}; 422; invalid; turn",
            "{\"ask\": 0, \"value\": 1e400}; 422; invalid; value",
            "{\"ask\": 0, \"value\": [[{\"a\": -1e400}]]}; 422; invalid; value",
            "{\"ask\": 0, \"value\": \"\\ud800\"}; 422; invalid; value",
            "{\"ask\": 0, \"value\": NaN}; 400; malformed; ``",
            "{\"ask\": 0, \"value\": {\"a\": 1, \"a\": 2}}; 400; malformed; ``",
            "[0, 1]; 400; malformed; ``",
            "{\"ask\": 0, \"value\": 1} 2; 400; malformed; ``"})
    void an_answer_that_does_not_hold_is_refused_by_name_and_the_turn_waits_on(String body, int status, String code,
            String field) throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String turn = asking(client, session, "Tea?");
        client.raw(session + "/turns/" + turn + "/answers", body).problem(status, code, field);
        assertThat(client.turn(session, turn).path("status").asString()).isEqualTo("waiting");
        answer(client, session, turn, 0, "yes").expect(204);
    }

    @Test
    void an_answer_is_no_longer_than_a_message_may_be() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String turn = asking(client, session, "Tea?");
        answer(client, session, turn, 0, "x".repeat(1_999)).problem(413, "too-large", "value");
        answer(client, session, turn, 0, "x".repeat(300_000)).problem(413, "too-large", "");
        answer(client, session, turn, 0, "x".repeat(1_998)).expect(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "false", "0", "\"\"", "{}", "[]", "\"\\u0000 \\ud83d\\ude00\"",
            "12345678901234567890123"})
    void any_json_is_an_answer(String value) throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String turn = asking(client, session, "What?");
        client.raw(session + "/turns/" + turn + "/answers", "{\"ask\": 0, \"value\": " + value + "}").expect(204);
        try (TestEvents events = client.events(session, null)) {
            List<Received> all = events.untilClosed(turn);
            Received answered = all.stream().filter(event -> event.kind().equals("answered")).findFirst().orElseThrow();
            assertThat(answered.data().path("value"))
                    .isEqualTo(tools.jackson.databind.json.JsonMapper.shared().readTree(value));
        }
    }

    @Test
    void nobody_else_answers_and_no_turn_of_another_session_is_answered() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String turn = asking(client, session, "Tea?");
        TestClient stranger = server.client();
        answer(stranger, session, turn, 0, "no").problem(404, "not-found", "");
        answer(stranger, stranger.session(), turn, 0, "no").problem(404, "not-found", "");
        answer(client, client.session(), turn, 0, "no").problem(404, "not-found", "");
        answer(client, session, "nonsense", 0, "no").problem(404, "not-found", "");
        assertThat(client.turn(session, turn).path("status").asString()).isEqualTo("waiting");
    }

    @Test
    void an_answer_to_a_turn_that_has_asked_nothing_is_not_found() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String running = client.say(session, "hold unasked");
        String queued = client.say(session, "count");
        answer(client, session, running, 0, "yes").problem(404, "not-found", "");
        answer(client, session, queued, 0, "yes").problem(404, "not-found", "");
        APP.open("unasked");
        var nothing = new HashMap<String, Object>();
        nothing.put("ask", 0);
        nothing.put("value", null);
        client.post(session + "/turns/" + queued + "0/answers", nothing).problem(404, "not-found", "");
    }
}
