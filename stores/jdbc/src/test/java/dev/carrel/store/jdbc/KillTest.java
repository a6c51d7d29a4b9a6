package dev.carrel.store.jdbc;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Arrival;
import dev.carrel.session.Event;
import dev.carrel.session.Message;
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;

/** G10: what was acknowledged survives {@code kill -9}. */
class KillTest {
    private static final Owner OWNER = new Owner("", "alice");
    private static final int ACKNOWLEDGED = 1500;

    @TempDir
    Path folder;

    @RepeatedTest(3)
    void what_was_acknowledged_survives_kill_9() throws Exception {
        List<String> acknowledged = new ArrayList<>();
        Process process = Child.start(Worker.class, Child.classPath(), folder.toString());
        try (BufferedReader out = process.inputReader()) {
            while (acknowledged.size() < ACKNOWLEDGED) {
                acknowledged.add(line(out));
            }
            // Not by the process itself, which would close what is still to be read.
            assertThat(process.toHandle().destroyForcibly()).isTrue();
            // What it still said before it died counts as well, but for a line that was cut.
            out.lines().filter(line -> line.split(" ").length == 4).forEach(acknowledged::add);
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(process.exitValue()).isEqualTo(128 + 9);
        try (var store = SqliteStore.open(folder, TimeSource.system())) {
            for (String line : acknowledged) {
                found(store, line.split(" "));
            }
            everyLogIsWhole(store);
            everyLaneGoesOn(store);
        }
    }

    private static String line(BufferedReader out) throws IOException {
        String line = out.readLine();
        assertThat(line).as("the worker ended by itself").isNotNull();
        return line;
    }

    private static void found(SqliteStore store, String[] line) {
        var session = new SessionId(line[1]);
        switch (line[0]) {
            case "accepted" -> assertThat(store.turns().find(session, new TurnId(line[2]))).as("accepted").isPresent();
            case "said" -> assertThat(store.events().read(session, 0, Integer.MAX_VALUE)).as("said")
                    .anyMatch(event -> event.event() instanceof Event.Text text
                            && text.turn().text().equals(line[2]));
            case "closed" -> {
                assertThat(store.turns().find(session, new TurnId(line[2])).orElseThrow().status())
                        .isEqualTo(TurnStatus.COMMITTED);
                assertThat(store.state().read(new Place.OfSession(session), "count").version())
                        .isGreaterThanOrEqualTo(Long.parseLong(line[3]));
                assertThat(store.state().list(new Place.OfUser(OWNER), "notes")).as("note")
                        .anyMatch(note -> note.id().equals(line[2]));
            }
            default -> throw new AssertionError(line[0]);
        }
    }

    private static void everyLogIsWhole(SqliteStore store) {
        for (SessionRecord session : store.sessions().list(OWNER, 1000)) {
            List<StoredEvent> log = store.events().read(session.id(), 0, Integer.MAX_VALUE);
            assertThat(log).extracting(event -> event.id().number())
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, log.size()).boxed().toList());
            long committed = log.stream().filter(event -> event.kind().equals("committed")).count();
            assertThat(store.state().read(new Place.OfSession(session.id()), "count").version())
                    .as("state and closing event are one write").isEqualTo(committed);
        }
    }

    private static void everyLaneGoesOn(SqliteStore store) {
        for (SessionId session : store.turns().waiting()) {
            var claim = store.turns().claim(session, NodeId.random(), Duration.ofSeconds(30), Set.of(), 3);
            claim.ifPresent(it -> store.turns().close(it, it.turn().closed(TurnStatus.COMMITTED, Answer.EMPTY, null),
                    List.of(), Changes.NONE));
        }
        assertThat(store.turns().waiting()).isEmpty();
    }

    /** Takes turns in several sessions at once and says each thing once it was acknowledged, until it is killed. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] args) {
            var store = SqliteStore.open(Path.of(args[0]), TimeSource.system());
            NodeId node = NodeId.random();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 16; i++) {
                    threads.execute(() -> work(store, node));
                }
            }
        }

        private static void work(SqliteStore store, NodeId node) {
            var now = TimeSource.system().now();
            var session = SessionId.random();
            store.sessions().create(new SessionRecord(session, OWNER, "chat", "", now, now, 0, "e1"));
            for (int n = 0;; n++) {
                var turn = TurnId.random();
                var message = new Message("m" + n, "question " + n, now);
                store.turns().accept(Turn.queued(turn, session, message, "sealed"), OWNER, Arrival.QUEUE, 4);
                say("accepted", session, turn, n);
                Claim claim = store.turns().claim(session, node, Duration.ofSeconds(30), Set.of(), 3).orElseThrow();
                store.turns().append(claim, List.of(new Event.Text(turn, 1, 0, "answer")));
                say("said", session, turn, n);
                var changes = new Changes(
                        List.of(new Changes.Put("count", n, new Encoded("Integer", 1, Integer.toString(n + 1)), null)),
                        List.of(new Changes.Append(new Place.OfUser(OWNER), "notes", turn.text(),
                                new Encoded("Note", 1, "{}"), now)));
                if (!store.turns().close(claim, claim.turn().closed(TurnStatus.COMMITTED,
                        new Answer("answer", List.of()), null), List.of(), changes).done()) {
                    throw new AssertionError("not closed");
                }
                say("closed", session, turn, n + 1);
            }
        }

        private static void say(String what, SessionId session, TurnId turn, int n) {
            synchronized (Worker.class) {
                System.out.println(what + " " + session + " " + turn + " " + n);
            }
        }
    }
}
