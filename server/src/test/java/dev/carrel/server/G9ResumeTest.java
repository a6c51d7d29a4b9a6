package dev.carrel.server;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.server.TestEvents.Received;

import static org.assertj.core.api.Assertions.assertThat;

/** G9: what was sent can be sent again. A client that reconnects misses nothing and sees nothing twice. */
@SuppressWarnings("NullAway.Init")
class G9ResumeTest {
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

    private static List<Received> all(TestClient client, String session, @Nullable String after, String lastTurn)
            throws IOException {
        try (TestEvents events = client.events(session, after)) {
            return events.untilClosed(lastTurn);
        }
    }

    @Test
    void a_stream_goes_on_from_any_number_by_header_and_by_parameter() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        client.ask(session, "pieces 25");
        String turn = client.say(session, "pieces 12");
        List<Received> whole = all(client, session, null, turn);
        for (int i = 0; i < whole.size() - 1; i++) {
            String id = whole.get(i).id();
            assertThat(id).endsWith("." + (i + 1));
            assertThat(all(client, session, id, turn)).isEqualTo(whole.subList(i + 1, whole.size()));
            try (TestEvents events = client.stream(session + "/events?after=" + id, null)) {
                assertThat(events.untilClosed(turn)).isEqualTo(whole.subList(i + 1, whole.size()));
            }
        }
        String epoch = whole.getFirst().id().replaceAll("\\..*", "");
        assertThat(all(client, session, epoch + ".0", turn)).isEqualTo(whole);
    }

    @Test
    void the_header_wins() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String turn = client.say(session, "pieces 9");
        List<Received> whole = all(client, session, null, turn);
        String first = whole.getFirst().id();
        String later = whole.get(whole.size() - 2).id();
        try (TestEvents events = client.stream(session + "/events?after=" + first, later)) {
            assertThat(events.untilClosed(turn)).isEqualTo(whole.subList(whole.size() - 1, whole.size()));
        }
    }

    @Test
    void a_number_that_the_log_cannot_go_on_from_gets_a_snapshot() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        List<Received> said = client.ask(session, "pieces 5");
        String last = said.getLast().id();
        String epoch = last.replaceAll("\\..*", "");
        for (String unknown : List.of("zzz.1", epoch + ".9999", epoch + ".999999999999999999", "nonsense", "1",
                epoch + ".-1",
                "", "%zz", epoch + ".1%00", epoch.toUpperCase(java.util.Locale.ROOT) + ".1X")) {
            try (TestEvents events = client.stream(session + "/events?after=" + unknown.replace("%", "%25"), null)) {
                Received snapshot = events.until(event -> true).getLast();
                assertThat(snapshot.kind()).as(unknown).isEqualTo("snapshot");
                assertThat(snapshot.id()).isEqualTo(last).isEqualTo(snapshot.text("last"));
                assertThat(snapshot.data()).isEqualTo(client.get(session).expect(200).json());
                String turn = client.say(session, "count");
                assertThat(events.untilClosed(turn)).extracting(Received::kind).containsExactly("message", "started",
                        "text", "committed");
            }
            last = client.get(session).text("last");
        }
        assertThat(
                RawHttp.send(server.uri(), "HEAD " + session + "/events?after=%zz HTTP/1.1\nHost: localhost\nCookie: "
                        + client.cookie() + "\nConnection: close\n\n").status())
                .isEqualTo(200);
    }

    @Test
    void nothing_is_lost_and_nothing_comes_twice_however_often_the_reader_drops() throws Exception {
        int readers = 6;
        int turns = 12;
        TestClient client = server.client();
        String session = client.session();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Received>>> results = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                var random = new Random(i);
                results.add(threads.submit(() -> dropping(client, session, turns, random)));
            }
            for (int i = 0; i < turns; i++) {
                client.say(session, "pieces " + (i % 3 * 40 + 5));
                if (i % 4 == 3) {
                    // Leaves room: 16 open turns is the limit, and these tell of what is logged while somebody reads.
                    client.ask(session, "count");
                }
            }
            List<Received> whole;
            String last = client.say(session, "count the end");
            whole = all(client, session, null, last);
            for (Future<List<Received>> result : results) {
                assertThat(result.get()).isEqualTo(whole);
            }
            for (int i = 0; i < whole.size(); i++) {
                assertThat(whole.get(i).id()).endsWith("." + (i + 1));
            }
        }
    }

    /** Reads a few events, hangs up, and goes on from the last that it saw, until the turn that says so commits. */
    private static List<Received> dropping(TestClient client, String session, int turns, Random random)
            throws IOException {
        List<Received> seen = new ArrayList<>();
        String last = null;
        String lastTurn = "";
        while (true) {
            try (TestEvents events = client.events(session, last)) {
                for (int left = 1 + random.nextInt(30); left > 0; left--) {
                    Received event = events.next();
                    if (event == null) {
                        throw new AssertionError("the stream ended after " + seen.size() + " of " + turns + " turns");
                    }
                    seen.add(event);
                    last = event.id();
                    if (event.text("text").equals("count the end")) {
                        lastTurn = event.text("turn");
                    }
                    if (event.closing() && event.text("turn").equals(lastTurn)) {
                        return seen;
                    }
                }
            }
        }
    }

    @Test
    void deletion_ends_the_streams() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String turn = client.say(session, "hold deleted");
        try (TestEvents events = client.events(session, null); TestEvents other = client.events(session, null)) {
            events.until(event -> event.kind().equals("text") && event.text("turn").equals(turn));
            client.delete(session).expect(204);
            for (TestEvents stream : List.of(events, other)) {
                assertThat(stream.until(event -> event.kind().equals("ended")).getLast().text("reason"))
                        .isEqualTo("deleted");
                assertThat(stream.next()).isNull();
            }
        }
        client.get(session).problem(410, "gone", "");
        client.get(session + "/events").problem(410, "gone", "");
        client.delete(session).problem(410, "gone", "");
        client.message(session, "a", "count").problem(410, "gone", "");
    }

    @Test
    void a_character_that_comes_in_halves_arrives_whole() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        String text = "\ud83d\ude00\ud83c\uddea\ud83c\uddfa a\u0308 \u4f60\u2028\u2029 \r\n data: x\n\n id: 1 "
                .repeat(20);
        List<Received> events = client.ask(session, "chars " + text.strip());
        String turn = events.getLast().text("turn");
        assertThat(TestEvents.textOf(events, turn)).isEqualTo(text.strip());
        assertThat(client.turn(session, turn).path("text").asString("")).isEqualTo(text.strip());
    }

    @Test
    void a_reader_that_does_not_read_holds_up_nobody() throws Exception {
        TestClient client = server.client();
        String session = client.session();
        try (TestEvents sleeper = client.events(session, null)) {
            sleeper.ready();
            // 3 MB: more than sockets and the stream's own buffer hold, so the server waits for the reader and not the turn.
            List<Received> events = client.ask(session, "flood 3000");
            String turn = events.getLast().text("turn");
            assertThat(events.getLast().kind()).isEqualTo("committed");
            assertThat(TestEvents.textOf(events, turn)).hasSize(3000 * 1024);
            List<Received> late = sleeper.untilClosed(turn);
            assertThat(late.subList(late.size() - events.size(), late.size())).isEqualTo(events);
        }
    }

    @Test
    void too_many_streams_of_one_principal_are_refused() throws IOException {
        TestClient client = server.client();
        String session = client.session();
        List<TestEvents> open = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                TestEvents events = client.events(session, null);
                events.ready();
                open.add(events);
            }
            TestClient.Answer refused = client.get(session + "/events").problem(429, "overloaded", "");
            assertThat(refused.header("Retry-After")).isEqualTo("5");
            TestClient other = server.client();
            other.events(other.session(), null).close();
        } finally {
            for (TestEvents events : open) {
                events.close();
            }
        }
    }
}
