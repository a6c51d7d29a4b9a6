package dev.carrel.tests;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What a learner has of the tutor, over HTTP and over restarts. */
class TutorTest {
    private static String text(JsonNode turn) {
        assertThat(turn.path("status").asString()).isEqualTo("committed");
        return turn.path("text").asString();
    }

    @Test
    void a_follow_up_uses_the_conversation_and_no_other(@TempDir Path data) throws Exception {
        try (var tutor = TestTutor.startWarm(data, TestUsers.of("alice"))) {
            Person alice = Person.signedIn(tutor.uri(), "alice");
            String session = alice.session();
            assertThat(text(alice.ask(session, "How is the grade for Physics I calculated?"))).contains("70 percent");
            assertThat(text(alice.ask(session, "And in chemistry?"))).contains("60 percent");
            assertThat(text(alice.ask(alice.session(), "And in chemistry?"))).as("with nothing before it")
                    .doesNotContain("70 percent");
        }
    }

    @Test
    void a_question_that_the_documents_do_not_answer_is_told_so(@TempDir Path data) throws Exception {
        try (var tutor = TestTutor.startWarm(data, TestUsers.of("alice"))) {
            var visitor = new Person(tutor.uri());
            JsonNode turn = visitor.ask(visitor.session(), "How does a nuclear reactor work?");
            assertThat(text(turn)).contains("do not answer this");
            assertThat(turn.path("data")).isEmpty();
        }
    }

    @Test
    void a_restart_keeps_conversation_and_notes_and_embeds_nothing_again(@TempDir Path data) throws Exception {
        Person alice;
        String session;
        JsonNode before;
        try (var tutor = TestTutor.start(data, TestUsers.of("alice"))) {
            assertThat(tutor.report().embedded()).isPositive().isEqualTo(tutor.report().passages());
            alice = Person.signedIn(tutor.uri(), "alice");
            session = alice.session();
            alice.call(session, "notes.add", Map.of("text", "My locker has the number 318.")).expect(200);
            text(alice.ask(session, "How is the grade for Physics I calculated?"));
            before = alice.get(session).expect(200).json();
        }
        try (var tutor = TestTutor.start(data, TestUsers.of("alice"))) {
            assertThat(tutor.report().embedded()).isZero();
            Person again = alice.at(tutor.uri());
            assertThat(again.get(session).expect(200).json()).isEqualTo(before);
            assertThat(again.call(session, "notes.list", Map.of()).expect(200).body()).contains("number 318");
            assertThat(text(again.ask(session, "And in chemistry?"))).contains("60 percent");
            assertThat(text(again.ask(again.session(), "What is the number of my locker?"))).contains("318");
        }
    }
}
