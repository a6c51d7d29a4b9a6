package dev.carrel.examples.endpoints;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Reply;
import dev.carrel.examples.edge.Edge;
import dev.carrel.session.Message;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;

/** Carrel's way: the endpoint is a function of the session, so it and the chat handler see the same one. */
public final class CarrelChat implements Chat {
    private static final StateKey<String> COURSE = StateKey.of("course", "");

    private record Picked(String course) {}

    private final Edge edge = new Edge(Carrel.app("courses")
            .function("course", CarrelChat::postCourse)
            .chat("tutor", CarrelChat::onMessage));

    private static @Nullable Object postCourse(JsonInput input) {
        Session.current().set(COURSE, input.as(Picked.class).course());
        return null;
    }

    private static void onMessage(Message message, Reply reply) {
        String course = Session.current().get(COURSE);
        reply.text(course.isEmpty() ? "Which course are you taking?" : "About " + course + ": " + message.text());
    }

    @Override
    public Tab open(String user) {
        Edge.Tab tab = edge.open(user);
        return new Tab() {
            @Override
            public void pick(String course) {
                tab.call("course", new Picked(course));
            }

            @Override
            public String say(String message) throws InterruptedException {
                return tab.say(message);
            }
        };
    }

    @Override
    public void close() {
        edge.close();
    }
}
