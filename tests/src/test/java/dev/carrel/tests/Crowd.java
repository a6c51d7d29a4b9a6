package dev.carrel.tests;

import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import tools.jackson.databind.JsonNode;

import dev.carrel.test.Users;

import static org.assertj.core.api.Assertions.assertThat;

/** Many learners at once, in steps that all of them begin together. */
final class Crowd {
    /** A step of all of them, on a slow machine. */
    private static final Duration AT_MOST = Duration.ofMinutes(5);

    private final URI server;
    private final List<Learner> learners;

    Crowd(int size, URI server, Course course, long seed) {
        this.server = server;
        learners = IntStream.range(0, size).mapToObj(number -> new Learner(number, server, course, seed)).toList();
    }

    @FunctionalInterface
    private interface Step {
        void take(Learner me, Learner neighbour) throws Exception;
    }

    void run() throws Exception {
        together((me, neighbour) -> me.arrive());
        together(Learner::work);
        together((me, neighbour) -> me.compare());
        together(Learner::leave);
        lookAtTheRest(learners.getFirst().person);
    }

    private void together(Step step) {
        Users.many(learners.size()).within(AT_MOST).run(user -> {
            Learner neighbour = learners.get((user.number() + 1) % learners.size());
            step.take(learners.get(user.number()), neighbour);
        });
    }

    private static void lookAtTheRest(Person person) throws Exception {
        for (String path : List.of("/assets/main.js", "/assets/lib/marked.js", "/health/live", "/health/ready",
                "/me", "/sessions", "/openapi.json")) {
            person.get(path).expect(200);
        }
    }

    /** Nobody has received a word of somebody else's. */
    void assertNobodyHeardAnother() {
        for (Learner learner : learners) {
            assertThat(Words.foreign(learner.person.received(), learner.number))
                    .as("somebody else's word in what learner %s received", learner.number).isEmpty();
            assertThat(learner.person.received()).as("the learner's own").contains(learner.kept);
        }
    }

    /** What takes an operator, or an application that asks or keeps state: tests of the server go there. */
    private static final Set<String> ELSEWHERE = Set.of("POST /sessions/{session}/turns/{turn}/answers",
            "GET /sessions/{session}/state/{key}/{version}", "GET /operator/sessions/{session}/state",
            "GET /operator/sessions/{session}/state/{key}/{version}");

    /** Every route that the server has was gone by somebody, and answered; but for those that learners have no use for. */
    void assertEveryRouteWasTaken() throws Exception {
        Set<String> taken = new HashSet<>();
        learners.forEach(learner -> taken.addAll(learner.person.answered()));
        Set<String> missing = new TreeSet<>();
        JsonNode paths = new Person(server).get("/openapi.json").expect(200).json().path("paths");
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            for (String method : path.getValue().propertyNames()) {
                String route = method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey();
                String pattern = route.replace(".", "\\.").replaceAll("\\{[^}]*}", "[^/]+");
                if (!ELSEWHERE.contains(route) && taken.stream().noneMatch(one -> one.matches(pattern))) {
                    missing.add(route);
                }
            }
        }
        assertThat(missing).as("routes that nobody has gone").isEmpty();
    }

    /** How many connections were lost. */
    int drops() {
        return learners.stream().mapToInt(Learner::drops).sum();
    }
}
