package dev.carrel.tests;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One of a crowd: asks, listens on a stream that breaks again and again, and tries out what belongs to a neighbour. Odd
 * ones are visitors.
 */
final class Learner {
    private static final int DROPS = 6;

    final int number;
    final Person person;
    final Random random;
    /** What only this learner may ever read; one in the notes or the state, others in the messages. */
    final String kept;
    /** The id of something of this learner's own, for others to try. */
    volatile String own = "none";

    private final Course course;
    private final List<String> turns = Collections.synchronizedList(new ArrayList<>());
    private final List<EventReader.Received> events = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, CompletableFuture<String>> closed = new ConcurrentHashMap<>();
    private volatile String session = "";
    private volatile @Nullable EventReader open;
    private volatile boolean leaving;
    private @Nullable Thread ear;
    private int drops;

    Learner(int number, URI server, Course course, long seed) {
        this.number = number;
        this.person = new Person(server);
        this.random = new Random(seed * 1_000 + number);
        this.kept = Words.of(number, random);
        this.course = course;
    }

    boolean signedIn() {
        return number % 2 == 0;
    }

    String user() {
        return "learner" + number;
    }

    String session() {
        return session;
    }

    /** The first turn; empty before there is one. */
    String turn() {
        return turns.isEmpty() ? "" : turns.getFirst();
    }

    int drops() {
        return drops;
    }

    /** Comes in, with a session and whatever the course wants to be there. */
    void arrive() throws IOException {
        person.get("/").expect(200);
        assertThat(person.get("/me").expect(200).json().path("anonymous").asBoolean()).isTrue();
        if (signedIn()) {
            person.signIn(user());
        }
        session = person.session();
        course.prepare(this);
        ear = Thread.ofVirtual().name("ear-" + number).start(this::listen);
    }

    private void listen() {
        String last = null;
        while (!leaving) {
            try (EventReader reader = person.events(session, last)) {
                open = reader;
                if (drops < DROPS) {
                    reader.cutAfter(random.nextInt(200, 4_000));
                }
                EventReader.Received event;
                while (!leaving && (event = reader.next()) != null) {
                    last = event.id();
                    take(event);
                }
            } catch (IOException e) {
                // A connection that was lost, as far as this learner can see.
            }
            drops++;
        }
    }

    private void take(EventReader.Received event) {
        events.add(event);
        if (event.closing()) {
            closing(event.text("turn")).complete(event.kind());
        }
    }

    private CompletableFuture<String> closing(String turn) {
        return closed.computeIfAbsent(turn, _ -> new CompletableFuture<>());
    }

    private void drop() throws IOException {
        EventReader reader = open;
        if (reader != null) {
            reader.close();
        }
    }

    /** Asks everything there is to ask, waiting for each answer, and tries out the neighbour's ids in between. */
    void work(Learner neighbour) throws Exception {
        for (String question : course.questions(this)) {
            String turn = person.say(session, question);
            turns.add(turn);
            if (random.nextInt(3) == 0) {
                drop();
            }
            assertThat(closing(turn).get(120, TimeUnit.SECONDS)).isEqualTo("committed");
            course.look(this);
            if (turns.size() == 2) {
                new Stranger(this, course).tries(neighbour);
            }
        }
    }

    /** Compares what came over all the connections with what the server says that it has sent. */
    void compare() throws Exception {
        leaving = true;
        drop();
        if (ear != null) {
            ear.join();
        }
        person.get(session + "/state").expect(200);
        JsonNode conversation = person.get(session).expect(200).json();
        List<EventReader.Received> whole;
        try (EventReader reader = person.events(session, null)) {
            whole = reader.untilClosed(turns.getLast());
        }
        assertThat(events).as("what came to learner %s, each once", number)
                .extracting(EventReader.Received::id).containsExactlyElementsOf(
                        whole.stream().map(EventReader.Received::id).toList());
        assertThat(events).isEqualTo(whole);
        assertThat(conversation.path("turns").size()).isEqualTo(turns.size());
        for (int i = 0; i < turns.size(); i++) {
            String turn = turns.get(i);
            assertThat(events.stream().filter(event -> event.closing() && event.text("turn").equals(turn)))
                    .as("answers to one question").hasSize(1);
            String answer = EventReader.textOf(events, turn);
            JsonNode stored = conversation.path("turns").get(i);
            assertThat(stored.path("id").asString()).isEqualTo(turn);
            assertThat(stored.path("text").asString()).isEqualTo(answer);
            course.check(this, i, answer);
        }
        assertThat(person.get("/sessions").expect(200).json().path("sessions")).hasSize(1);
    }

    /** Goes in one of the ways there are. What was here must not be open to whoever comes next with the old cookie. */
    void leave(Learner neighbour) throws IOException {
        Person before = person.at(person.server());
        if (!signedIn()) {
            String id = session.substring("/sessions/".length());
            String others = neighbour.session().substring("/sessions/".length());
            JsonNode signed = person.signIn(user(), id, others);
            assertThat(signed.path("taken")).extracting(JsonNode::asString).containsExactly(id);
            assertThat(signed.path("left")).extracting(JsonNode::asString).containsExactly(others);
            person.get(session).expect(200);
        } else if (number % 4 == 0) {
            person.delete(session).expect(204);
            person.get(session).expect(410);
        } else {
            person.post("/logout", Map.of()).expect(204);
            person.get(session).expect(404);
        }
        // Whoever deleted it is still told that; to the cookie of before a sign-in or sign-out there never was one.
        before.get(session).expect(signedIn() && number % 4 == 0 ? 410 : 404);
        assertThat(Words.in(before.received())).isFalse();
    }
}
