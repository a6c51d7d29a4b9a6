package dev.carrel.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.HttpCookie;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import dev.carrel.server.TestEvents.Received;

import static org.assertj.core.api.Assertions.assertThat;

/** G10: what was acknowledged survives kill -9 of the node. */
@Timeout(120)
class G10KillTest {
    @TempDir
    private Path data = Path.of("");

    /** A message that was acknowledged, and its turn. */
    private record Acknowledged(String session, String id, String text, String turn) {}

    @RepeatedTest(3)
    void what_was_acknowledged_is_there_after_a_kill_in_the_middle_of_an_answer() throws Exception {
        HttpCookie cookie;
        String session;
        String cut;
        List<String> queued = new ArrayList<>();
        List<Acknowledged> acknowledged = new ArrayList<>();
        Process process = start(data);
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            var client = new TestClient(listening(out));
            session = client.session();
            cookie = client.cookies.getCookieStore().getCookies().getFirst();
            client.ask(session, "count before");
            cut = client.say(session, "hold for-ever");
            for (int i = 0; i < 3; i++) {
                queued.add(client.say(session, "count " + i));
            }
            try (TestEvents events = client.events(session, null)) {
                events.until(event -> event.kind().equals("text") && event.text("turn").equals(cut));
            }
            acknowledged.addAll(writingWhileKilled(client, process));
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(process.exitValue()).as("SIGKILL").isEqualTo(137);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("keys"))))
                .isEqualTo("rw-------");
        try (var server = TestServer.onSqlite(new TestApp().app(), data)) {
            TestClient client = server.client();
            client.cookies.getCookieStore().add(server.uri(), cookie);
            List<Received> log;
            try (TestEvents events = client.events(session, null)) {
                log = events.untilClosed(queued.getLast());
            }
            assertThat(log).filteredOn(Received::closing).extracting(Received::kind).containsExactly("committed",
                    "interrupted", "committed", "committed", "committed");
            assertThat(log).filteredOn(Received::closing).extracting(event -> event.text("turn")).element(1)
                    .isEqualTo(cut);
            for (int i = 0; i < 3; i++) {
                // In order, and the cut turn counted nothing.
                assertThat(TestEvents.textOf(log, queued.get(i))).endsWith(" " + (i + 2) + " " + i);
            }
            for (int i = 0; i < log.size(); i++) {
                assertThat(log.get(i).id()).endsWith("." + (i + 1));
            }
            assertThat(client.turn(session, cut).path("status").asString("")).isEqualTo("interrupted");
            for (var each : bySession(acknowledged).entrySet()) {
                Map<String, JsonNode> kept = new LinkedHashMap<>();
                client.get(each.getKey()).expect(200).json().path("turns")
                        .forEach(turn -> kept.put(turn.path("message").path("id").asString(""), turn));
                for (Acknowledged message : each.getValue()) {
                    JsonNode turn = kept.get(message.id);
                    assertThat(turn).as("%s was acknowledged", message).isNotNull();
                    assertThat(Optional.ofNullable(turn).map(it -> it.path("id").asString("")))
                            .contains(message.turn);
                    assertThat(Optional.ofNullable(turn).map(it -> it.path("message").path("text").asString("")))
                            .contains(message.text);
                    // Sent again, as after a time-out, it is the same turn.
                    assertThat(client.message(each.getKey(), message.id, message.text).expect(202).text("turn"))
                            .isEqualTo(message.turn);
                }
            }
            assertThat(acknowledged).isNotEmpty();
        }
    }

    private static Map<String, List<Acknowledged>> bySession(List<Acknowledged> all) {
        Map<String, List<Acknowledged>> sessions = new LinkedHashMap<>();
        all.forEach(each -> sessions.computeIfAbsent(each.session, key -> new ArrayList<>()).add(each));
        return sessions;
    }

    /** Four conversations write as fast as they can; in the middle of it the process is killed. */
    private static List<Acknowledged> writingWhileKilled(TestClient client, Process process) throws Exception {
        List<Acknowledged> all = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var half = new java.util.concurrent.CountDownLatch(40);
            List<Future<List<Acknowledged>>> writers = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                String session = client.session();
                writers.add(threads.submit(() -> {
                    List<Acknowledged> own = new ArrayList<>();
                    try {
                        for (int i = 0; i < 400; i++) {
                            String text = "count " + i;
                            var answer = client.message(session, "m" + i, text);
                            if (answer.status() == 202) {
                                own.add(new Acknowledged(session, "m" + i, text, answer.text("turn")));
                                half.countDown();
                            }
                        }
                    } catch (IOException dead) {
                        // As was to be expected.
                    }
                    return own;
                }));
            }
            half.await();
            process.destroyForcibly();
            for (var writer : writers) {
                all.addAll(writer.get());
            }
        }
        return all;
    }

    private static Process start(Path data) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp",
                System.getProperty("java.class.path"), KilledServer.class.getName(), data.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static URI listening(BufferedReader out) throws IOException {
        String line;
        while ((line = out.readLine()) != null) {
            if (line.startsWith("listening ")) {
                return URI.create(line.substring("listening ".length()));
            }
        }
        throw new AssertionError("the server did not start");
    }
}
