package dev.carrel.server;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.app.Carrel;
import dev.carrel.id.SessionId;
import dev.carrel.keys.KeyRing;
import dev.carrel.server.TestClient.Answer;
import dev.carrel.session.EndReason;
import dev.carrel.session.store.Changes;

import static org.assertj.core.api.Assertions.assertThat;

/** A session that is missing says why: none was named, it has ended, or it belongs elsewhere; the last two to its owner only. */
@SuppressWarnings("NullAway.Init")
class MissingSessionTest {
    private static final KeyRing KEYS = KeyRing.random();
    private static final StagedStore STORE = new StagedStore();
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.on(STORE, new TestApp().app(), KEYS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<Answer> everyWay(TestClient client, String session) throws IOException {
        String turn = "00000000000000000000000000";
        return List.of(client.get(session), client.get(session + "/events"), client.get(session + "/state"),
                client.get(session + "/state/count/1"), client.message(session, "m", "count"),
                client.post(session + "/functions/count", Map.of()),
                client.post(session + "/turns/" + turn + "/cancel", Map.of()),
                client.post(session + "/turns/" + turn + "/answers", Map.of("ask", 0, "value", 1)),
                client.delete(session));
    }

    private static String said(Answer answer) {
        return answer.status() + answer.body().replace(answer.header("X-Request-Id"), "")
                + answer.response().headers().map().keySet();
    }

    private static void end(String session, EndReason reason) {
        var id = new SessionId(session.substring("/sessions/".length()));
        assertThat(STORE.plain().sessions().ending(id, reason, null, null)).isPresent();
    }

    @ParameterizedTest
    @EnumSource(EndReason.class)
    void its_owner_learns_that_it_has_ended_and_why_and_nobody_else_does(EndReason reason) throws IOException {
        TestClient alice = server.signedIn("alice");
        TestClient bob = server.signedIn("bob");
        String session = alice.session();
        alice.ask(session, "count");
        List<String> before = everyWay(bob, session).stream().map(MissingSessionTest::said).toList();
        try (TestEvents open = alice.events(session, null)) {
            open.ready();
            end(session, reason);
            assertThat(open.until(event -> event.kind().equals("ended")).getLast().text("reason"))
                    .isEqualTo(reason.text());
        }
        // While it is ending, and when it has ended.
        for (int i = 0; i < 2; i++) {
            for (Answer answer : everyWay(alice, session)) {
                answer.problem(410, "gone", "");
                assertThat(answer.text("reason")).isEqualTo(reason.text());
            }
            assertThat(everyWay(bob, session)).extracting(MissingSessionTest::said).isEqualTo(before);
            STORE.plain().sessions().end(new SessionId(session.substring(10)), Changes.NONE);
        }
        assertThat(alice.get("/sessions").body()).doesNotContain(session.substring(10));
        assertThat(everyWay(server.client(), session)).allSatisfy(answer -> answer.problem(404, "not-found", ""));
    }

    @Test
    void what_names_no_session_is_not_found() throws IOException {
        TestClient alice = server.signedIn("alice");
        for (String none : List.of("/sessions/", "/sessions/x", "/sessions/..%2F", "/sessions/" + "0".repeat(26),
                "/sessions/" + "A".repeat(26), "/sessions/" + "0".repeat(27))) {
            Answer answer = alice.get(none);
            assertThat(answer.status()).as(none).isIn(400, 404);
            assertThat(answer.json().has("reason")).isFalse();
        }
    }

    @Test
    void a_session_that_was_taken_along_and_deleted_then_is_gone_for_the_account_and_nothing_for_the_visitor()
            throws IOException {
        TestClient browser = server.client();
        String session = browser.session();
        var visitors = browser.cookies.getCookieStore().getCookies().getFirst();
        browser.post("/login", Map.of("user", "alice", "password", TestServer.PASSWORD, "take",
                List.of(session.substring(10)))).expect(200);
        browser.delete(session).expect(204);
        assertThat(browser.get(session).problem(410, "gone", "").text("reason")).isEqualTo("deleted");
        TestClient before = server.client();
        before.cookies.getCookieStore().add(server.uri(), visitors);
        before.get(session).problem(404, "not-found", "");
        // Nor can it be taken along again.
        Answer again = server.client().post("/login", Map.of("user", "alice", "password", TestServer.PASSWORD, "take",
                List.of(session.substring(10)))).expect(200);
        assertThat(again.json().path("left").size()).isOne();
    }

    @Test
    void a_session_that_ends_while_a_request_is_on_its_way_says_so() throws IOException {
        TestClient alice = server.signedIn("alice");
        for (String operation : List.of("snapshot", "accept", "write", "answer", "stop", "range", "ending",
                "history")) {
            String session = alice.session();
            STORE.once(operation, () -> end(session, EndReason.IDLE));
            String turn = "00000000000000000000000000";
            Answer answer = switch (operation) {
                case "snapshot" -> alice.get(session);
                case "accept" -> alice.message(session, "m", "count");
                case "write" -> alice.post(session + "/functions/increment", Map.of());
                case "answer" -> alice.post(session + "/turns/" + turn + "/answers", Map.of("ask", 0, "value", 1));
                case "stop" -> alice.post(session + "/turns/" + turn + "/cancel", Map.of());
                case "range" -> alice.get(session + "/events");
                case "history" -> alice.get(session + "/state");
                default -> alice.delete(session);
            };
            answer.problem(410, "gone", "");
            assertThat(answer.text("reason")).as(operation).isEqualTo("idle");
        }
    }

    @Test
    void a_session_whose_chat_is_not_served_here_says_so_to_its_owner_and_can_still_be_read_here() throws IOException {
        var other = Carrel.app("attacked").chat("another", (message, reply) -> reply.text("no"))
                .limits(new TestApp().app().limits());
        try (var elsewhere = TestServer.on(STORE, other, KEYS)) {
            TestClient alice = elsewhere.signedIn("alice");
            String session = server.signedIn("alice").session();
            Answer refused = alice.message(session, "m", "count").problem(421, "elsewhere", "");
            assertThat(refused.text("detail")).contains("chat");
            alice.get(session).expect(200);
            alice.events(session, null).close();
            elsewhere.signedIn("bob").message(session, "m", "count").problem(404, "not-found", "");
            server.signedIn("alice").message(session, "m", "count").expect(202);
            alice.delete(session).expect(204);
        }
    }

    @Test
    void what_is_left_of_a_session_that_has_ended_is_forgotten_after_a_while() throws Exception {
        var store = new StagedStore(new dev.carrel.session.store.Retention(100, 100_000, Duration.ofDays(1), 10,
                Duration.ofMillis(1)));
        try (var forgetful = TestServer.on(store, new TestApp().app(), KEYS)) {
            TestClient alice = forgetful.signedIn("alice");
            String session = alice.session();
            alice.delete(session).expect(204);
            org.awaitility.Awaitility.await().untilAsserted(() -> {
                store.sweep();
                alice.get(session).problem(404, "not-found", "");
            });
        }
    }
}
