package dev.carrel.tests;

import java.io.IOException;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** Knows every id of somebody else's and tries each on every route: it must be as if there were nothing of that id. */
final class Stranger {
    private final Learner me;
    private final Course course;

    Stranger(Learner me, Course course) {
        this.me = me;
        this.course = course;
    }

    @FunctionalInterface
    private interface Route {
        Person.Answer ask(String session) throws IOException;
    }

    void tries(Learner other) throws IOException {
        Person person = me.person;
        String turn = other.turn().isEmpty() ? me.turn() : other.turn();
        none(other, person::get);
        none(other, person::delete);
        none(other, session -> person.post(session + "/messages", Map.of("id", "mine", "text", "Let me in")));
        none(other, session -> person.get(session + "/events"));
        none(other, session -> person.get(session + "/events?after=1"));
        none(other, session -> person.post(session + "/turns/" + turn + "/cancel", Map.of()));
        none(other, session -> person.post(session + "/turns/" + turn + "/answers", Map.of("ask", 0, "value", "mine")));
        none(other, session -> person.get(session + "/state"));
        none(other, session -> person.get(session + "/state/notes/1"));
        for (Map.Entry<String, Object> function : course.functions(other).entrySet()) {
            none(other, session -> person.call(session, function.getKey(), function.getValue()));
        }
        if (!other.turn().isEmpty()) {
            person.post(me.session() + "/turns/" + other.turn() + "/cancel", Map.of()).expect(404);
        }
    }

    /** The session of that learner answers 404 in the very words of one that there never was. */
    private static void none(Learner other, Route route) throws IOException {
        String session = other.session();
        String last = session.endsWith("2") ? "3" : "2";
        Person.Answer answer = route.ask(session).expect(404);
        Person.Answer never = route.ask(session.substring(0, session.length() - 1) + last).expect(404);
        assertThat(answer.problem()).isEqualTo(never.problem());
    }
}
