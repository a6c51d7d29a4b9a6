package dev.carrel.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.server.TestEvents.Received;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

/**
 * G11: deadlines and cancellation: the caller is free at once, the work is signalled, what does not stop is reported. A
 * commit that has begun completes.
 */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class G11CancelTest {
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
        APP.open("deaf");
        APP.open("late");
        server.close();
    }

    private static TestClient.Answer cancel(TestClient client, String session, String turn) throws IOException {
        return client.raw(session + "/turns/" + turn + "/cancel", "").expect(202);
    }

    @Test
    void a_turn_that_waits_is_cancelled_and_never_runs() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String running = client.say(session, "hold waits");
        String waiting = client.say(session, "count");
        String after = client.say(session, "count after");
        try (TestEvents events = client.events(session, null)) {
            events.until(event -> event.kind().equals("text"));
            assertThat(cancel(client, session, waiting).text("status")).isEqualTo("cancelled");
            APP.open("waits");
            List<Received> rest = events.untilClosed(after);
            assertThat(rest).filteredOn(event -> event.text("turn").equals(waiting)).extracting(Received::kind)
                    .containsOnlyOnce("cancelled").doesNotContain("started");
            assertThat(rest).filteredOn(event -> event.text("turn").equals(running)).extracting(Received::kind)
                    .contains("committed");
            assertThat(TestEvents.textOf(rest, after)).endsWith(" 2 after");
        }
        // One that has ended stays as it is.
        assertThat(cancel(client, session, running).text("status")).isEqualTo("committed");
        assertThat(cancel(client, session, waiting).text("status")).isEqualTo("cancelled");
    }

    @Test
    void a_turn_that_runs_is_stopped_and_leaves_no_trace_in_the_state() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String turn = client.say(session, "hold stopped");
        try (TestEvents events = client.events(session, null)) {
            events.until(event -> event.kind().equals("text"));
            cancel(client, session, turn);
            Received end = events.untilClosed(turn).getLast();
            assertThat(end.kind()).isEqualTo("cancelled");
            assertThat(end.text("code")).isEqualTo("cancelled");
        }
        assertThat(client.raw(session + "/functions/count", "{}").body()).isEqualTo("0");
    }

    @Test
    void a_handler_that_ignores_its_interrupt_holds_up_nobody() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String turn = client.say(session, "deaf deaf");
        String next = client.say(session, "count next");
        try (TestEvents events = client.events(session, null)) {
            events.until(event -> event.kind().equals("text"));
            cancel(client, session, turn);
            // The gate is still shut: the turn ends and the next one runs beside a handler that has not noticed.
            List<Received> rest = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
                assertThat(events.untilClosed(turn).getLast().kind()).isEqualTo("cancelled");
                return events.untilClosed(next);
            });
            assertThat(TestEvents.textOf(rest, next)).endsWith(" 1 next");
            APP.open("deaf");
            String last = client.say(session, "count last");
            List<Received> end = events.untilClosed(last);
            assertThat(end).noneMatch(event -> event.text("turn").equals(turn));
            assertThat(TestEvents.textOf(end, last)).endsWith(" 2 last");
        }
    }

    @Test
    void a_deadline_frees_the_lane_of_a_handler_that_ignores_it(@TempDir Path folder) throws IOException {
        try (var hasty = TestServer.onSqlite(APP.app(Duration.ofSeconds(1), 16), folder)) {
            TestClient client = hasty.client();
            String session = client.session();
            String turn = client.say(session, "deaf late");
            String next = client.say(session, "count next");
            try (TestEvents events = client.events(session, null)) {
                Received end = events.untilClosed(turn).getLast();
                assertThat(end.kind()).isEqualTo("failed");
                assertThat(end.text("code")).isEqualTo("deadline");
                List<Received> rest = events.untilClosed(next);
                assertThat(TestEvents.textOf(rest, next)).endsWith(" 1 next");
            } finally {
                APP.open("late");
            }
        }
    }

    @Test
    void a_lost_connection_cancels_nothing() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String turn = client.say(session, "hold dropped");
        try (TestEvents events = client.events(session, null)) {
            events.until(event -> event.kind().equals("text"));
        }
        APP.open("dropped");
        try (TestEvents events = client.events(session, null)) {
            assertThat(events.untilClosed(turn).getLast().kind()).isEqualTo("committed");
        }
    }

    @Test
    void deleting_the_session_stops_what_runs_in_it() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        client.say(session, "hold gone");
        try (TestEvents events = client.events(session, null)) {
            events.until(event -> event.kind().equals("text"));
        }
        client.delete(session).expect(204);
        String other = client.session();
        assertThat(client.ask(other, "count").getLast().kind()).isEqualTo("committed");
    }
}
