package dev.carrel.tests;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import dev.carrel.tests.EventReader.Received;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two nodes on one PostgreSQL, without stickiness. One is killed, one is frozen in the middle of its answers and goes on when
 * its turns are somebody else's: every client ends with exactly the text that is committed, and nothing hangs.
 */
@Timeout(240)
class TwoNodesTest {
    private static final int PIECES = 120;
    private static final int SESSIONS = 6;

    @TempDir
    private Path folder = Path.of("");

    private ClusterNode node(String name, String store) throws IOException {
        return ClusterNode.start(folder.resolve(name), folder.resolve("keys"), store);
    }

    /** What a client has of a turn: as its page would show it. */
    private record Seen(String status, String text, List<String> numbers, int resets) {}

    /**
     * Follows a turn to its end, from one node to the next whenever a stream ends or says nothing for a while: tokens come every
     * 20 ms here, so silence for longer than the lease is the end of a node.
     */
    private static Seen follow(Person asker, String session, String turn, List<ClusterNode> nodes,
            ScheduledExecutorService watch) throws InterruptedException {
        List<String> numbers = new ArrayList<>();
        var text = new StringBuilder();
        int resets = 0;
        @Nullable
        String last = null;
        for (int i = 0; i < 200; i++) {
            Person person = asker.at(nodes.get(i % nodes.size()).uri());
            try (EventReader events = person.events(session, last)) {
                while (true) {
                    var silence = watch.schedule(closing(events), 3, TimeUnit.SECONDS);
                    Received event = events.next();
                    silence.cancel(false);
                    if (event == null) {
                        break;
                    }
                    last = event.id().isEmpty() ? last : event.id();
                    if (!event.text("turn").equals(turn)) {
                        continue;
                    }
                    numbers.add(event.id());
                    switch (event.kind()) {
                        case "text" -> text.append(event.text("text"));
                        case "reset" -> {
                            text.setLength(0);
                            resets++;
                        }
                        default -> {
                        }
                    }
                    if (event.closing()) {
                        return new Seen(event.kind(), text.toString(), numbers, resets);
                    }
                }
            } catch (IOException | AssertionError lost) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError("turn " + turn + " did not end; seen: " + numbers);
    }

    private static Callable<AutoCloseable> closing(AutoCloseable stream) {
        return () -> {
            stream.close();
            return stream;
        };
    }

    /** A conversation: who asked, where, and the turn that is on. */
    private record Asked(Person person, String session, String chat, String turn) {}

    /** Asks in all sessions but one at the first node, while the second stands still, and in the last one at the second. */
    private static List<Asked> ask(ClusterNode first, ClusterNode second) throws IOException, InterruptedException {
        List<Asked> asked = new ArrayList<>();
        // Whichever node comes first runs a turn: these are to run on the first.
        second.freeze();
        for (int i = 0; i < SESSIONS - 1; i++) {
            Asked one = ask(new Person(first.uri()), i % 2 == 0 ? "again" : "cut");
            asked.add(one);
            try (EventReader events = one.person.events(one.session, null)) {
                events.until(event -> event.kind().equals("started"));
            }
        }
        second.thaw();
        asked.add(ask(new Person(second.uri()), "again"));
        return asked;
    }

    private static Asked ask(Person person, String chat) throws IOException {
        String session = "/sessions/" + person.post("/sessions", Map.of("chat", chat)).expect(201).text("id");
        return new Asked(person, session, chat, person.say(session, Integer.toString(PIECES)));
    }

    private static List<Seen> followAll(List<Asked> asked, List<ClusterNode> nodes, Callable<?> meanwhile)
            throws Exception {
        List<Seen> seen = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                var watch = Executors.newSingleThreadScheduledExecutor()) {
            List<Future<Seen>> following = new ArrayList<>();
            for (Asked one : asked) {
                following.add(threads.submit(() -> follow(one.person, one.session, one.turn, nodes, watch)));
            }
            meanwhile.call();
            for (Future<Seen> each : following) {
                seen.add(each.get());
            }
        }
        return seen;
    }

    /** Waits until half of the answer is there. */
    private static void half(Asked asked) throws IOException {
        try (EventReader events = asked.person.events(asked.session, null)) {
            events.until(event -> event.kind().equals("text") && event.text("text").contains("<" + PIECES / 2 + ">"));
        }
    }

    private static JsonNode turn(Asked asked, ClusterNode node) throws IOException {
        return asked.person.at(node.uri()).turn(asked.session, asked.turn);
    }

    private static void checkExact(List<Asked> asked, List<Seen> seen, ClusterNode survivor) throws IOException {
        for (int i = 0; i < asked.size(); i++) {
            JsonNode kept = turn(asked.get(i), survivor);
            Seen one = seen.get(i);
            assertThat(one.status).isEqualTo(kept.path("status").asString());
            assertThat(one.numbers).as("nothing twice").doesNotHaveDuplicates();
            if (one.status.equals("committed")) {
                assertThat(one.text).isEqualTo(kept.path("text").asString())
                        .isEqualTo(ClusterApp.answer(PIECES, 1));
            }
        }
    }

    @Test
    void when_a_node_dies_the_other_goes_on_and_every_client_ends_with_what_is_committed() throws Exception {
        String store = TestPostgres.database();
        try (ClusterNode dies = node("dies", store); ClusterNode lives = node("lives", store)) {
            List<Asked> asked = ask(dies, lives);
            List<Seen> seen = followAll(asked, List.of(dies, lives), () -> {
                half(asked.get(SESSIONS - 2));
                dies.kill();
                return dies;
            });
            checkExact(asked, seen, lives);
            for (int i = 0; i < SESSIONS - 1; i++) {
                assertThat(seen.get(i).status)
                        .isEqualTo(asked.get(i).chat.equals("again") ? "committed" : "interrupted");
                assertThat(seen.get(i).resets).isEqualTo(asked.get(i).chat.equals("again") ? 1 : 0);
            }
            assertThat(seen.getLast().status).isEqualTo("committed");
            // The conversations go on where they are.
            for (Asked one : asked) {
                JsonNode next = one.person.at(lives.uri()).ask(one.session, "0");
                assertThat(next.path("status").asString()).isEqualTo("committed");
                boolean first = turn(one, lives).path("status").asString().equals("interrupted");
                assertThat(next.path("text").asString()).isEqualTo(ClusterApp.answer(0, first ? 1 : 2));
            }
        }
    }

    @Test
    void a_node_that_was_frozen_and_goes_on_writes_nothing_any_more() throws Exception {
        String store = TestPostgres.database();
        try (ClusterNode frozen = node("frozen", store); ClusterNode lives = node("lives", store)) {
            List<Asked> asked = ask(frozen, lives);
            List<Seen> seen = followAll(asked, List.of(frozen, lives), () -> {
                half(asked.get(SESSIONS - 2));
                frozen.freeze();
                // Not before the other one has taken all of them over: then the frozen one is late for good.
                for (Asked one : asked.subList(0, SESSIONS - 1)) {
                    await().atMost(Duration.ofSeconds(30)).until(() -> {
                        JsonNode turn = turn(one, lives);
                        return turn.path("attempt").asInt() == 2 || !turn.path("status").asString().equals("running");
                    });
                }
                frozen.thaw();
                return frozen;
            });
            checkExact(asked, seen, lives);
            for (int i = 0; i < SESSIONS - 1; i++) {
                assertThat(seen.get(i).status)
                        .isEqualTo(asked.get(i).chat.equals("again") ? "committed" : "interrupted");
            }
            for (Asked one : asked) {
                List<Received> log;
                String last = one.person.at(lives.uri()).get(one.session).expect(200).json().path("last").asString();
                try (EventReader events = one.person.at(lives.uri()).events(one.session, null)) {
                    log = events.until(event -> event.id().equals(last));
                }
                assertThat(log).filteredOn(Received::closing).hasSize(1);
                assertThat(log.getLast().closing()).as("nothing after the end").isTrue();
            }
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(frozen.log()).contains("its lane was taken over"));
            // It is of use again.
            assertThat(asked.getFirst().person.at(frozen.uri()).ask(asked.getFirst().session, "0").path("status")
                    .asString()).isEqualTo("committed");
        }
    }
}
