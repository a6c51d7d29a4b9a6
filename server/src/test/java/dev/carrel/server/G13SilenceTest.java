package dev.carrel.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** G13: no error, log line, metric label, cache or trace carries one user's data to another. */
@SuppressWarnings("NullAway.Init")
class G13SilenceTest {
    private static final String SECRET = "bobs-pin-0815";

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private TestServer server;

    @BeforeEach
    void start() {
        log.start();
        root.addAppender(log);
        server = TestServer.inMemory(new TestApp().app());
    }

    @AfterEach
    void stop() {
        server.close();
        root.detachAppender(log);
    }

    @Test
    void the_text_of_a_failure_reaches_nobody() throws IOException {
        TestClient alice = server.signedIn("alice");
        TestClient bob = server.signedIn("bob");
        String hers = alice.session();
        String his = bob.session();
        List<String> answers = new ArrayList<>();
        for (String command : List.of("fail", "overflow")) {
            String turn = bob.say(his, command + " " + SECRET);
            try (TestEvents events = bob.events(his, null)) {
                events.untilClosed(turn).stream().filter(event -> !event.kind().equals("message"))
                        .forEach(event -> answers.add(event.data().toString()));
            }
            answers.add(bob.turn(his, turn).path("failure").toString());
            alice.ask(hers, "count").forEach(event -> answers.add(event.data().toString()));
        }
        for (String function : List.of("fail", "error")) {
            answers.add(bob.post(his + "/functions/" + function, Map.of("text", SECRET)).expect(500).body());
        }
        answers.add(alice.get(hers).body());
        answers.add(alice.get("/sessions").body());
        assertThat(answers).noneMatch(answer -> answer.contains(SECRET));
    }

    @Test
    void the_log_has_a_failure_once_under_the_request_that_the_caller_was_told() throws IOException {
        TestClient bob = server.signedIn("bob");
        String his = bob.session();
        TestClient.Answer failed = bob.post(his + "/functions/fail", Map.of("text", SECRET)).expect(500);
        List<ILoggingEvent> lines = List.copyOf(log.list).stream().filter(line -> carries(line)).toList();
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst().getMDCPropertyMap()).containsEntry("request", failed.text("requestId"));
        // In the exception alone, which an operator can leave out: no message carries it.
        assertThat(List.copyOf(log.list)).noneMatch(line -> line.getFormattedMessage().contains(SECRET));
    }

    private static boolean carries(ILoggingEvent line) {
        for (var thrown = line.getThrowableProxy(); thrown != null; thrown = thrown.getCause()) {
            if (String.valueOf(thrown.getMessage()).contains(SECRET)) {
                return true;
            }
        }
        return line.getFormattedMessage().contains(SECRET);
    }

    @Test
    void what_users_write_and_sign_in_with_is_in_no_log_line() throws IOException {
        TestClient alice = server.signedIn("alice");
        String session = alice.session();
        alice.ask(session, "count " + SECRET);
        alice.message(session, "x", SECRET.repeat(300)).expect(413);
        alice.raw(session + "/messages", "{\"" + SECRET + "\": 1}").expect(422);
        alice.raw(session + "/messages", SECRET).expect(400);
        alice.post("/login", Map.of("user", SECRET, "password", SECRET)).expect(401);
        alice.get("/" + SECRET).expect(404);
        assertThat(List.copyOf(log.list)).noneMatch(G13SilenceTest::carries)
                .noneMatch(line -> line.getFormattedMessage().contains(TestServer.PASSWORD))
                .noneMatch(line -> line.getFormattedMessage().contains(alice.cookie()));
    }

    @Test
    void a_log_line_cannot_be_forged_by_a_path() throws IOException {
        RawHttp.send(server.uri(), """
                POST /sessions/%0aERROR%20forged/functions/fail HTTP/1.1
                Host: localhost
                Content-Length: 0
                Connection: close

                """);
        RawHttp.send(server.uri(), """
                FORGED%0a /me HTTP/1.1
                Host: localhost
                Connection: close

                """);
        assertThat(List.copyOf(log.list)).noneMatch(line -> line.getFormattedMessage().contains("\nERROR"));
    }

    @Test
    void an_answer_is_kept_by_no_cache() throws IOException {
        TestClient alice = server.signedIn("alice");
        String session = alice.session();
        for (String path : List.of("/me", "/sessions", session, "/nothing")) {
            assertThat(alice.get(path).header("Cache-Control")).as(path).isEqualTo("no-store");
        }
    }
}
