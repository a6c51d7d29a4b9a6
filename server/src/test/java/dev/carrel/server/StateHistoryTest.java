package dev.carrel.server;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** How a session's state came to be what it is can be read, by its owner and by an operator of its tenant. */
@SuppressWarnings("NullAway.Init")
class StateHistoryTest {
    private static final TestApp APP = new TestApp();
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.inMemory(APP.app());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<JsonNode> changes(TestClient client, String path) throws IOException {
        return client.get(path).expect(200).json().path("changes").valueStream().toList();
    }

    @Test
    void every_write_stands_there_newest_first_with_what_wrote_it_and_no_value() throws IOException {
        TestClient alice = server.signedIn("alice");
        String session = alice.session();
        assertThat(changes(alice, session + "/state")).isEmpty();
        String turn = alice.ask(session, "count").getLast().text("turn");
        alice.post(session + "/functions/increment", Map.of()).expect(200);
        alice.ask(session, "fail it");
        alice.post(session + "/functions/forget", Map.of()).expect(204);
        List<JsonNode> changes = changes(alice, session + "/state");
        assertThat(changes).extracting(it -> it.path("version").asLong()).containsExactly(3L, 2L, 1L);
        assertThat(changes).extracting(it -> it.path("key").asString()).containsOnly("count");
        assertThat(changes).extracting(it -> it.path("by").asString()).containsExactly("function:forget",
                "function:increment", turn);
        assertThat(changes).extracting(it -> it.path("removed").asBoolean()).containsExactly(true, false, false);
        assertThat(changes).allSatisfy(it -> {
            assertThat(it.propertyNames()).containsExactlyInAnyOrder("key", "version", "by", "at", "removed");
            assertThat(java.time.Instant.parse(it.path("at").asString())).isNotNull();
        });
        assertThat(changes(alice, session + "/state?limit=2")).isEqualTo(changes.subList(0, 2));

        JsonNode value = alice.get(session + "/state/count/2").expect(200).json();
        assertThat(value.toString()).isEqualTo("{\"key\":\"count\",\"version\":2,\"value\":2}");
        assertThat(alice.get(session + "/state/count/1").expect(200).json().path("value").asInt()).isOne();
    }

    @Test
    void what_holds_no_value_or_is_no_number_is_said() throws IOException {
        TestClient alice = server.signedIn("alice");
        String session = alice.session();
        alice.ask(session, "count");
        alice.post(session + "/functions/forget", Map.of()).expect(204);
        for (String none : List.of("count/2", "count/3", "count/0", "count/-1", "count/x", "count/01",
                "count/9999999999999999999", "other/1", "%2e%2e/1", "count/1%00")) {
            TestClient.Answer answer = alice.get(session + "/state/" + none);
            assertThat(answer.status()).as(none).isIn(400, 404);
        }
        for (String limit : List.of("0", "-1", "501", "x", "", "1e3", "99999999999999999999")) {
            alice.get(session + "/state?limit=" + limit).problem(422, "invalid", "limit");
        }
        alice.get(session + "/state?other=1&limit=500").expect(200);
        assertThat(RawHttp.send(server.uri(), "GET " + session + "/state?%zz=%&limit=1 HTTP/1.1\nHost: localhost\n"
                + "Cookie: " + alice.cookie() + "\nConnection: close\n\n").status()).isEqualTo(200);
    }

    @Test
    void an_operator_reads_the_same_and_is_seen_reading() throws IOException {
        TestClient alice = server.signedIn("alice");
        String session = alice.session();
        alice.ask(session, "count secret-of-alice");
        TestClient olga = server.signedIn("olga");
        var log = (Logger) LoggerFactory.getLogger("dev.carrel.web.StateRoutes");
        var seen = new ListAppender<ILoggingEvent>();
        seen.start();
        log.addAppender(seen);
        log.setLevel(ch.qos.logback.classic.Level.INFO);
        try {
            assertThat(changes(olga, "/operator" + session + "/state")).isEqualTo(changes(alice, session + "/state"));
            assertThat(seen.list).isEmpty();
            assertThat(olga.get("/operator" + session + "/state/count/1").expect(200).json().path("value").asInt())
                    .isOne();
            assertThat(seen.list).extracting(ILoggingEvent::getFormattedMessage).singleElement().asString()
                    .contains("olga", "count", session.substring(10)).doesNotContain("alice", "secret");
            // Her own routes are not theirs, and theirs not hers.
            olga.get(session + "/state").problem(404, "not-found", "");
            alice.get(session + "/state/count/1").expect(200);
            alice.get("/operator" + session + "/state/count/1").problem(403, "forbidden", "");
            assertThat(seen.list).hasSize(1);
        } finally {
            log.detachAppender(seen);
            log.setLevel(null);
        }
    }

    @Test
    void an_operator_too_finds_nothing_of_a_session_that_has_ended() throws IOException {
        TestClient alice = server.signedIn("alice");
        String session = alice.session();
        alice.ask(session, "count");
        alice.delete(session).expect(204);
        server.signedIn("olga").get("/operator" + session + "/state").problem(404, "not-found", "");
        alice.get(session + "/state").problem(410, "gone", "");
    }
}
