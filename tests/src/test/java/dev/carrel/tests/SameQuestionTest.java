package dev.carrel.tests;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import dev.carrel.batch.BatchRecord;
import dev.carrel.context.Principal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Alice and Bob ask word for word the same, in one call of the model: each is answered from their own note. */
class SameQuestionTest {
    private static final String QUESTION = "When is my exam?";
    private static final String ALICES = "My exam is on Monday the 8th at nine.";
    private static final String BOBS = "My exam is on Friday the 19th at two.";

    /** Holds the thread that works on batches, after its next batch, until it is let go. */
    private static final class Gate {
        private final BlockingQueue<BatchRecord> batches = new LinkedBlockingQueue<>();
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);

        void pass(BatchRecord batch) {
            batches.add(batch);
            reached.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String note(Person person, String session, String text) throws Exception {
        return person.call(session, "notes.add", Map.of("text", text)).expect(200).text("id");
    }

    private static JsonNode sources(JsonNode turn) {
        for (JsonNode data : turn.path("data")) {
            if (data.path("name").asString().equals("sources")) {
                return data.path("value");
            }
        }
        return turn.path("none");
    }

    private static Set<String> usersIn(BatchRecord batch) {
        return batch.contexts().stream().map(context -> Principal.of(context).orElseThrow().user())
                .collect(Collectors.toSet());
    }

    @Test
    void the_same_question_in_one_batch_is_answered_from_each_ones_own_note(@TempDir Path data) throws Exception {
        var gate = new Gate();
        try (var tutor = TestTutor.startWarm(data, TestUsers.of("alice", "bob", "carol"), gate::pass)) {
            Person alice = Person.signedIn(tutor.uri(), "alice");
            Person bob = Person.signedIn(tutor.uri(), "bob");
            Person carol = Person.signedIn(tutor.uri(), "carol");
            String alices = alice.session();
            String bobs = bob.session();
            String alicesNote = note(alice, alices, ALICES);
            String bobsNote = note(bob, bobs, BOBS);

            String carols = carol.session();
            String first = carol.say(carols, QUESTION);
            gate.reached.await();
            String alicesTurn = alice.say(alices, QUESTION);
            String bobsTurn = bob.say(bobs, QUESTION);
            await().until(() -> tutor.waiting() == 2);
            gate.open.countDown();

            try (EventReader carolHears = carol.events(carols, null);
                    EventReader aliceHears = alice.events(alices, null);
                    EventReader bobHears = bob.events(bobs, null)) {
                carolHears.untilClosed(first);
                assertThat(EventReader.textOf(aliceHears.untilClosed(alicesTurn), alicesTurn)).contains(ALICES);
                assertThat(EventReader.textOf(bobHears.untilClosed(bobsTurn), bobsTurn)).contains(BOBS);
            }
            assertThat(usersIn(gate.batches.remove())).containsExactly("carol");
            BatchRecord together = gate.batches.remove();
            assertThat(together.size()).isEqualTo(2);
            assertThat(usersIn(together)).containsExactlyInAnyOrder("alice", "bob");

            assertCited(alice.turn(alices, alicesTurn), alicesNote, ALICES);
            assertCited(bob.turn(bobs, bobsTurn), bobsNote, BOBS);
            assertThat(alice.received()).doesNotContain(BOBS, bobsNote, bobsTurn);
            assertThat(bob.received()).doesNotContain(ALICES, alicesNote, alicesTurn);
            assertThat(carol.received()).doesNotContain(ALICES, BOBS, alicesNote, bobsNote);
        }
    }

    private static void assertCited(JsonNode turn, String note, String text) {
        JsonNode source = sources(turn).path(0);
        assertThat(source.path("kind").asString()).isEqualTo("note");
        assertThat(source.path("source").asString()).isEqualTo(note);
        assertThat(source.path("text").asString()).isEqualTo(text);
        assertThat(turn.path("text").asString())
                .contains(text + " [" + source.path("number").asInt() + "]");
        for (JsonNode other : sources(turn)) {
            assertThat(other.path("kind").asString().equals("note")).isEqualTo(other.equals(source));
        }
    }

    @Test
    void a_deleted_note_is_gone_from_answers_at_once_and_after_a_restart(@TempDir Path data) throws Exception {
        Person alice;
        String session;
        try (var tutor = TestTutor.startWarm(data, TestUsers.of("alice"))) {
            alice = Person.signedIn(tutor.uri(), "alice");
            session = alice.session();
            String note = note(alice, session, ALICES);
            assertThat(alice.ask(session, QUESTION).path("text").asString()).contains(ALICES);
            alice.call(session, "notes.delete", Map.of("id", note)).expect(200);
            assertThat(alice.ask(session, QUESTION).toString()).doesNotContain("Monday the 8th");
            assertThat(alice.call(session, "notes.list", Map.of()).json().path("notes")).isEmpty();
        }
        try (var tutor = TestTutor.startWarm(data, TestUsers.of("alice"))) {
            Person again = alice.at(tutor.uri());
            assertThat(again.ask(session, QUESTION).toString()).doesNotContain("Monday the 8th");
        }
    }

    @Test
    void deleting_one_note_after_a_restart_leaves_the_others_in_answers(@TempDir Path data) throws Exception {
        Person alice;
        String session;
        String old;
        try (var tutor = TestTutor.startWarm(data, TestUsers.of("alice"))) {
            alice = Person.signedIn(tutor.uri(), "alice");
            session = alice.session();
            old = note(alice, session, "My locker has the number 318.");
            note(alice, session, ALICES);
        }
        try (var tutor = TestTutor.startWarm(data, TestUsers.of("alice"))) {
            Person again = alice.at(tutor.uri());
            again.call(session, "notes.delete", Map.of("id", old)).expect(200);
            assertThat(again.ask(session, QUESTION).path("text").asString()).contains(ALICES);
        }
    }

    @Test
    void every_first_question_after_a_restart_sees_the_notes(@TempDir Path data) throws Exception {
        Person alice;
        List<String> sessions = new ArrayList<>();
        try (var tutor = TestTutor.startWarm(data, TestUsers.of("alice"))) {
            alice = Person.signedIn(tutor.uri(), "alice");
            for (int i = 0; i < 8; i++) {
                sessions.add(alice.session());
            }
            for (int i = 0; i < 30; i++) {
                note(alice, sessions.getFirst(), "The code of cupboard " + i + " is " + (1000 + i) + ".");
            }
            note(alice, sessions.getFirst(), ALICES);
        }
        try (var tutor = TestTutor.startWarm(data, TestUsers.of("alice"))) {
            Person again = alice.at(tutor.uri());
            List<String> turns = new ArrayList<>();
            for (String session : sessions) {
                turns.add(again.say(session, QUESTION));
            }
            for (String turn : turns) {
                try (EventReader events = again.events(sessions.get(turns.indexOf(turn)), null)) {
                    assertThat(EventReader.textOf(events.untilClosed(turn), turn)).contains(ALICES);
                }
            }
        }
    }
}
