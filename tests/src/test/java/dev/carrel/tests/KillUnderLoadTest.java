package dev.carrel.tests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import dev.carrel.tests.EventReader.Received;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * G10: {@code kill -9} of a node under load, again and again, loses no acknowledged message and no committed state. Twice in
 * {@code verify}; {@code -Dcarrel.kills=10}, or the profile {@code cluster}, does it ten times. Prints what it counted.
 */
@Timeout(600)
class KillUnderLoadTest {
    private static final int KILLS = Integer.getInteger("carrel.kills", 2);
    private static final int WRITERS = 6;
    /** Acknowledgements of a round after which the node is killed. */
    private static final int ACKNOWLEDGED = 150;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void nothing_acknowledged_is_lost_on_sqlite() throws Exception {
        loses_nothing("sqlite");
    }

    @Test
    void nothing_acknowledged_is_lost_on_postgresql() throws Exception {
        loses_nothing(TestPostgres.database());
    }

    /** One conversation of one person, who writes and calls as fast as the answers come, whatever becomes of the node. */
    private static final class Writer {
        private final List<String> acknowledged = new ArrayList<>();
        private final Map<String, String> turns = new ConcurrentHashMap<>();
        private final String session;
        private Person person;
        private int written;
        /** A message of which it is not known whether it was taken; it is sent again. */
        private @Nullable String unknown;
        private int called;
        private int returned;

        Writer(Person person) throws IOException {
            this.person = person;
            this.session = "/sessions/" + person.post("/sessions", Map.of("chat", "cut")).expect(201).text("id");
        }

        void at(ClusterNode node) {
            person = person.at(node.uri());
        }

        /** Writes until the node is gone. */
        void write(CountDownLatch enough) {
            try {
                while (true) {
                    String id = unknown != null ? unknown : "m" + written++;
                    unknown = id;
                    var answer = person.post(session + "/messages", Map.of("id", id, "text", "0"));
                    if (answer.status() == 202) {
                        acknowledged.add(id);
                        turns.put(id, answer.text("turn"));
                        unknown = null;
                        enough.countDown();
                    } else if (answer.status() != 429 && answer.status() != 503) {
                        throw new AssertionError(answer.status() + " " + answer.body());
                    }
                    called++;
                    if (person.call(session, "increment", Map.of()).status() == 200) {
                        returned++;
                        enough.countDown();
                    }
                }
            } catch (IOException gone) {
                // As was to be expected.
            }
        }
    }

    private void loses_nothing(String store) throws Exception {
        Path keys = folder.resolve("keys");
        List<Writer> writers = new ArrayList<>();
        for (int kill = 0; kill < KILLS; kill++) {
            try (ClusterNode node = ClusterNode.start(folder.resolve("data"), keys, store);
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int w = writers.size(); w < WRITERS; w++) {
                    writers.add(new Writer(new Person(node.uri())));
                }
                var enough = new CountDownLatch(ACKNOWLEDGED);
                List<Future<?>> writing = new ArrayList<>();
                for (Writer writer : writers) {
                    writer.at(node);
                    writing.add(threads.submit(() -> writer.write(enough)));
                }
                enough.await();
                node.kill();
                for (Future<?> each : writing) {
                    each.get();
                }
            }
        }
        try (ClusterNode node = ClusterNode.start(folder.resolve("data"), keys, store)) {
            int messages = 0;
            int committed = 0;
            int calls = 0;
            for (Writer writer : writers) {
                writer.at(node);
                committed += check(writer);
                messages += writer.acknowledged.size();
                calls += writer.returned;
            }
            System.out.printf(
                    "kill -9, %d times, on %s: %d acknowledged messages, 0 lost; %d committed turns and %d calls, "
                            + "0 lost%n",
                    KILLS, store.replaceFirst(":.*", ""), messages, committed, calls);
            assertThat(messages).isGreaterThan(KILLS * WRITERS);
            assertThat(calls).isGreaterThan(KILLS * WRITERS);
        }
    }

    private static int check(Writer writer) throws Exception {
        Person person = writer.person;
        List<JsonNode> turns = await().atMost(Duration.ofSeconds(60)).until(() -> turns(person, writer.session),
                all -> all.stream().noneMatch(turn -> List.of("queued", "running")
                        .contains(turn.path("status").asString())));
        Map<String, JsonNode> byMessage = new ConcurrentHashMap<>();
        for (JsonNode turn : turns) {
            assertThat(byMessage.put(turn.path("message").path("id").asString(), turn)).as("one turn a message")
                    .isNull();
        }
        for (String id : writer.acknowledged) {
            assertThat(byMessage).as("message %s was acknowledged", id).containsKey(id);
            assertThat(Objects.requireNonNull(byMessage.get(id)).path("id").asString()).isEqualTo(writer.turns.get(id));
        }
        // What a turn changed is there exactly if it committed, in the order of the turns.
        int committed = 0;
        for (JsonNode turn : turns) {
            if (turn.path("status").asString().equals("committed")) {
                committed++;
                assertThat(turn.path("text").asString()).isEqualTo(ClusterApp.answer(0, committed));
            } else {
                assertThat(turn.path("status").asString()).isEqualTo("interrupted");
            }
        }
        JsonNode counts = person.call(writer.session, "counts", Map.of()).expect(200).json();
        assertThat(counts.path("turns").asInt()).isEqualTo(committed);
        assertThat(counts.path("calls").asInt()).isBetween(writer.returned, writer.called);
        assertThat(counts.path("allCalls").asInt()).isEqualTo(counts.path("calls").asInt());
        checkLog(person, writer.session, turns.size());
        return committed;
    }

    private static List<JsonNode> turns(Person person, String session) throws IOException {
        List<JsonNode> turns = new ArrayList<>();
        person.get(session).expect(200).json().path("turns").forEach(turns::add);
        return turns;
    }

    /** Each turn has closed once, and no number is missing or there twice. */
    private static void checkLog(Person person, String session, int turns) throws IOException {
        String last = person.get(session).expect(200).json().path("last").asString();
        List<Received> log;
        try (EventReader events = person.events(session, null)) {
            log = events.until(event -> event.id().equals(last));
        }
        for (int i = 0; i < log.size(); i++) {
            assertThat(log.get(i).id()).endsWith("." + (i + 1));
        }
        assertThat(log).filteredOn(Received::closing).hasSize(turns);
        assertThat(log).filteredOn(Received::closing).extracting(event -> event.text("turn")).doesNotHaveDuplicates();
    }
}
