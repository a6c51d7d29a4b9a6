package dev.carrel.tests;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One browser of one person: a cookie, and all that was ever received with it. Light enough for hundreds of them.
 * Thread-safe.
 */
final class Person {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20)).build();

    private final URI server;
    private final StringBuilder received = new StringBuilder();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private volatile String cookie = "";

    Person(URI server) {
        this.server = server;
    }

    /** A response, read whole. */
    record Answer(int status, String body, HttpResponse<?> response) {
        JsonNode json() {
            return MAPPER.readTree(body);
        }

        String text(String field) {
            return json().path(field).asString("");
        }

        /** The problem without what differs in each: its request's id. */
        String problem() {
            return body.replaceAll("\"requestId\":\"[^\"]*\"", "");
        }

        Answer expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError(
                        "expected " + wanted + ", got " + status + " from " + response.uri() + ": " + body);
            }
            return this;
        }
    }

    /** A person who has signed in. */
    static Person signedIn(URI server, String user) throws IOException {
        var person = new Person(server);
        person.signIn(user);
        return person;
    }

    /** The same browser after the server was started again. */
    Person at(URI newServer) {
        var again = new Person(newServer);
        again.cookie = cookie;
        return again;
    }

    URI server() {
        return server;
    }

    JsonNode signIn(String user, String... take) throws IOException {
        return post("/login", Map.of("user", user, "password", TestUsers.passwordOf(user), "take", List.of(take)))
                .expect(200).json();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(60));
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    private Answer send(HttpRequest request) throws IOException {
        try {
            var response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            receive(response);
            keep(response.body());
            if (response.statusCode() < 300) {
                answered.add(request.method() + " " + request.uri().getPath());
            }
            return new Answer(response.statusCode(), response.body(), response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void keep(String text) {
        synchronized (received) {
            received.append(text).append('\n');
        }
    }

    private void receive(HttpResponse<?> response) {
        keep(String.valueOf(response.headers().map()));
        for (String set : response.headers().allValues("Set-Cookie")) {
            cookie = set.substring(0, set.indexOf(';'));
        }
    }

    Answer get(String path) throws IOException {
        return send(request(path).GET().build());
    }

    Answer delete(String path) throws IOException {
        return send(request(path).DELETE().build());
    }

    Answer post(String path, Object body) throws IOException {
        return send(request(path).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body))).build());
    }

    /** Calls a function of the session at this path. */
    Answer call(String session, String function, Object body) throws IOException {
        return post(session + "/functions/" + function, body);
    }

    /** Starts a session and returns its path. */
    String session() throws IOException {
        return "/sessions/" + post("/sessions", Map.of()).expect(201).text("id");
    }

    /** Sends a message and returns its turn. */
    String say(String session, String text) throws IOException {
        return post(session + "/messages", Map.of("id", java.util.UUID.randomUUID().toString(), "text", text))
                .expect(202).text("turn");
    }

    /** Says something and returns its turn as it stands in the conversation once it is closed. */
    JsonNode ask(String session, String text) throws IOException {
        String turn = say(session, text);
        try (EventReader events = events(session, null)) {
            events.untilClosed(turn);
        }
        return turn(session, turn);
    }

    /** A turn, as it stands in the conversation. */
    JsonNode turn(String session, String turn) throws IOException {
        for (JsonNode one : get(session).expect(200).json().path("turns")) {
            if (one.path("id").asString().equals(turn)) {
                return one;
            }
        }
        throw new AssertionError("turn " + turn + " is not in " + session);
    }

    /** Opens the session's events after that one; null for all of them. */
    EventReader events(String session, @Nullable String after) throws IOException {
        HttpRequest.Builder request = request(session + "/events").header("Accept", "text/event-stream");
        if (after != null) {
            request.header("Last-Event-ID", after);
        }
        try {
            HttpResponse<InputStream> response = HTTP.send(request.build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            receive(response);
            if (response.statusCode() != 200) {
                try (InputStream body = response.body()) {
                    throw new AssertionError("expected a stream, got " + response.statusCode() + ": "
                            + new String(body.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            answered.add("GET " + session + "/events");
            return new EventReader(response.body(), this::keep);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Every header and every character that ever came. */
    String received() {
        synchronized (received) {
            return received.toString();
        }
    }

    /** Method and path of all that was asked and not refused. */
    Set<String> answered() {
        return Set.copyOf(answered);
    }
}
