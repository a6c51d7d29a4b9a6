package dev.carrel.tests;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.context.Principal;
import dev.carrel.server.CarrelServer;
import dev.carrel.session.ListKey;
import dev.carrel.session.Scope;
import dev.carrel.session.Session;
import dev.carrel.session.State;
import dev.carrel.session.StateKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two hundred people at once, each with secret words in messages, notes, state and answers, on connections that break:
 * every answer comes to its asker exactly once, and not a word of one to another, by no route.
 */
class TwoHundredUsersTest {
    private static final int USERS = 200;
    private static final long SEED = 20_261_120;

    /** Half of them have a note, which is in the answer to the question that all of them ask. */
    private static final class Tutoring implements Course {
        @Override
        public void prepare(Learner me) throws IOException {
            if (me.signedIn()) {
                me.own = me.person.call(me.session(), "notes.add", Map.of("text", "My locker code is " + me.kept + "."))
                        .expect(200).text("id");
            } else {
                me.person.call(me.session(), "notes.list", Map.of()).expect(401);
            }
        }

        @Override
        public List<String> questions(Learner me) {
            return List.of("My word is " + (me.signedIn() ? Words.of(me.number, me.random) : me.kept)
                    + ". Until what time is the library open on Saturdays?", "What is my locker code?",
                    "When is the chemistry exam?");
        }

        @Override
        public void check(Learner me, int question, String answer) {
            assertThat(answer).isNotBlank();
            if (question == 1 && me.signedIn()) {
                assertThat(answer).contains(me.kept);
            }
            if (question == 2) {
                assertThat(answer).contains("12 June");
            }
        }

        @Override
        public void look(Learner me) throws IOException {
            me.person.get(me.session()).expect(200);
            me.person.get("/sessions").expect(200);
            me.person.post(me.session() + "/turns/" + me.turn() + "/cancel", Map.of()).expect(202);
            if (me.signedIn()) {
                assertThat(me.person.call(me.session(), "notes.list", Map.of()).expect(200).json().path("notes"))
                        .hasSize(1);
            }
        }

        @Override
        public Map<String, Object> functions(Learner of) {
            return Map.of("notes.list", Map.of(), "notes.add", Map.of("text", "I was here"), "notes.delete",
                    Map.of("id", of.own));
        }
    }

    @Test
    void nobody_hears_a_word_of_another_from_the_tutor(@TempDir Path data) throws Exception {
        try (var log = new LogBook(); var tutor = TestTutor.startWarm(data, TestUsers.crowd(USERS))) {
            var crowd = new Crowd(USERS, tutor.uri(), new Tutoring(), SEED);
            crowd.run();
            crowd.assertNobodyHeardAnother();
            crowd.assertEveryRouteWasTaken();
            assertThat(crowd.drops()).isGreaterThan(USERS);
            assertThat(log.text()).as("the log").doesNotContain(Words.MARK);
        }
    }

    private static final StateKey<String> SAID = StateKey.of("said", "");
    private static final ListKey<String> DIARY = ListKey.of(Scope.USER, "diary", String.class);

    /** Answers with all that the session has heard, and keeps it in state and in the user's own data. */
    private static App keeper() {
        return Carrel.app("keeper").chat("keep", (message, reply) -> {
            String all = Session.current().update(SAID, before -> before + " " + message.text());
            State.current().append(DIARY, message.text());
            for (String word : all.strip().split(" ", -1)) {
                reply.text(word + " ");
            }
            reply.data("diary", State.current().list(DIARY).stream().map(State.Entry::value).toList());
            reply.text("for " + Principal.current().name());
        }).function("said", input -> Session.current().get(SAID)).function("say", input -> {
            String word = input.as(Said.class).word();
            return Session.current().update(SAID, before -> before + " " + word);
        });
    }

    private record Said(String word) {}

    private static final class Keeping implements Course {
        @Override
        public void prepare(Learner me) throws IOException {
            me.person.call(me.session(), "say", Map.of("word", me.kept)).expect(200);
        }

        @Override
        public List<String> questions(Learner me) {
            return List.of(Words.of(me.number, me.random), "same for everybody", Words.of(me.number, me.random));
        }

        @Override
        public void check(Learner me, int question, String answer) {
            assertThat(answer).startsWith(me.kept).endsWith(me.signedIn() ? "Learner" + me.number : "isitor");
            assertThat(answer.split(Words.MARK, -1)).hasSize(question == 2 ? 4 : 3);
        }

        @Override
        public void look(Learner me) throws IOException {
            assertThat(me.person.call(me.session(), "said", Map.of()).expect(200).body()).contains(me.kept);
            me.person.post(me.session() + "/turns/" + me.turn() + "/cancel", Map.of()).expect(202);
        }

        @Override
        public Map<String, Object> functions(Learner of) {
            return Map.of("said", Map.of(), "say", Map.of("word", "intruder"));
        }
    }

    @Test
    void nobody_hears_a_word_of_another_from_what_sessions_and_users_keep(@TempDir Path data) throws Exception {
        try (var log = new LogBook();
                CarrelServer server = TestTutor.serve(keeper(), data, TestUsers.crowd(USERS))) {
            var crowd = new Crowd(USERS, server.uri(), new Keeping(), SEED + 1);
            crowd.run();
            crowd.assertNobodyHeardAnother();
            crowd.assertEveryRouteWasTaken();
            assertThat(crowd.drops()).isGreaterThan(USERS);
            assertThat(log.text()).as("the log").doesNotContain(Words.MARK);
        }
    }
}
