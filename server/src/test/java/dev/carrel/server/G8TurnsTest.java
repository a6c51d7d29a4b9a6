package dev.carrel.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.server.TestEvents.Received;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * G8: a session's turns run in order, one at a time. A turn's state changes and its committed event are one atomic
 * write; a turn that fails changes nothing.
 */
@SuppressWarnings("NullAway.Init")
class G8TurnsTest {
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

    private static int count(TestClient client, String session) throws IOException {
        return Integer.parseInt(client.raw(session + "/functions/count", "{}").expect(200).body());
    }

    @Test
    void turns_run_one_at_a_time_in_the_order_of_their_messages() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        List<String> turns = new ArrayList<>();
        turns.add(client.say(session, "hold order"));
        for (int i = 1; i < 12; i++) {
            turns.add(client.say(session, "count " + i));
        }
        try (TestEvents events = client.events(session, null)) {
            events.until(event -> event.kind().equals("text"));
            assertThat(client.get(session).json().path("turns").valueStream()
                    .map(turn -> turn.path("status").asString(""))).filteredOn("running"::equals).hasSize(1);
            APP.open("order");
        }
        List<Received> all;
        try (TestEvents events = client.events(session, null)) {
            all = events.untilClosed(turns.getLast());
        }
        List<Received> course = all.stream().filter(event -> event.kind().equals("started") || event.closing())
                .toList();
        for (int i = 0; i < turns.size(); i++) {
            assertThat(course.get(2 * i).kind()).isEqualTo("started");
            assertThat(course.get(2 * i + 1).kind()).isEqualTo("committed");
            assertThat(course.subList(2 * i, 2 * i + 2)).extracting(event -> event.text("turn"))
                    .containsOnly(turns.get(i));
        }
        for (int i = 1; i < turns.size(); i++) {
            assertThat(TestEvents.textOf(all, turns.get(i))).endsWith(" " + (i + 1) + " " + i);
        }
    }

    @Test
    void sessions_run_side_by_side() throws IOException {
        TestClient client = server.client();
        String held = client.session();
        client.say(held, "hold side");
        String free = client.session();
        assertThat(client.ask(free, "count").getLast().kind()).isEqualTo("committed");
        APP.open("side");
    }

    @Test
    void a_turn_that_fails_changes_nothing_and_says_nothing_of_why() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        for (String command : List.of("fail", "overflow")) {
            List<Received> events = client.ask(session, command + " bobs-password");
            Received end = events.getLast();
            assertThat(end.kind()).isEqualTo("failed");
            assertThat(end.text("code")).isEqualTo("internal");
            assertThat(end.text("message")).doesNotContain("bobs-password", "Exception", "Error").isNotBlank();
            String snapshot = client.get(session).expect(200).body();
            assertThat(client.turn(session, end.text("turn")).path("failure").toString())
                    .doesNotContain("bobs-password");
            assertThat(snapshot.split("bobs-password", -1)).as("only the message itself").hasSizeLessThanOrEqualTo(5);
        }
        assertThat(count(client, session)).isZero();
        assertThat(client.ask(session, "count").getLast().kind()).isEqualTo("committed");
        assertThat(count(client, session)).isEqualTo(1);
    }

    @Test
    void a_turn_closes_with_exactly_one_event_and_nothing_after_it() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        List<Received> events = new ArrayList<>();
        for (String command : List.of("count", "fail x", "pieces 30", "overflow", "count")) {
            events.addAll(client.ask(session, command));
        }
        List<String> closed = new ArrayList<>();
        for (Received event : events) {
            assertThat(closed).doesNotContain(event.text("turn"));
            if (event.closing()) {
                closed.add(event.text("turn"));
            }
        }
        assertThat(closed).hasSize(5);
    }

    @Test
    void what_turns_and_functions_count_at_once_is_all_counted() throws Exception {
        TestClient client = server.client();
        String session = client.session();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                calls.add(threads.submit(() -> client.say(session, "count")));
                calls.add(threads.submit(() -> client.raw(session + "/functions/increment", "{}").expect(200)));
                calls.add(threads.submit(() -> client.raw(session + "/functions/increment", "{}").expect(200)));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        }
        client.ask(session, "pieces 1");
        assertThat(count(client, session)).isEqualTo(30);
    }

    @Test
    void what_a_function_changes_while_a_turn_runs_is_not_lost() throws Exception {
        TestClient client = server.client();
        String session = client.session();
        String turn = client.say(session, "hold conflict");
        try (TestEvents events = client.events(session, null)) {
            events.until(event -> event.kind().equals("text"));
            for (int i = 0; i < 5; i++) {
                client.raw(session + "/functions/increment", "{}").expect(200);
            }
            // The open turn's own change is not seen before it commits.
            assertThat(count(client, session)).isEqualTo(5);
            APP.open("conflict");
            assertThat(events.untilClosed(turn).getLast().kind()).isEqualTo("committed");
        }
        assertThat(count(client, session)).isEqualTo(6);
    }
}
