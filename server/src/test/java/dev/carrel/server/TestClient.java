package dev.carrel.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** A stock HTTP client with cookies of its own: one browser of one person. */
final class TestClient {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
    private final HttpClient http = HttpClient.newBuilder().cookieHandler(cookies)
            .connectTimeout(Duration.ofSeconds(10)).build();
    private final URI server;

    TestClient(URI server) {
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

        Answer expect(int wanted) {
            if (status != wanted) {
                String begins = body.length() > 1_000 ? body.substring(0, 1_000) + "..." : body;
                throw new AssertionError("expected " + wanted + ", got " + status + ": " + begins);
            }
            return this;
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** That it is a problem as RFC 9457 has it, which says no more than it should. */
        Answer problem(int wanted, String code, String field) {
            expect(wanted);
            assertThat(header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(json().path("status").asInt()).isEqualTo(wanted);
            assertThat(text("code")).isEqualTo(code);
            assertThat(text("field")).isEqualTo(field);
            assertThat(text("title")).isNotBlank();
            assertThat(text("detail")).isNotBlank();
            assertThat(text("requestId")).isNotBlank().isEqualTo(header("X-Request-Id"));
            assertThat(body).doesNotContain("\tat ", "Exception", "dev.carrel", "java.", "jackson");
            return this;
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path)).timeout(Duration.ofSeconds(30));
    }

    Answer send(HttpRequest request) throws IOException {
        try {
            var response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    Answer get(String path) throws IOException {
        return send(request(path).GET().build());
    }

    Answer delete(String path) throws IOException {
        return send(request(path).DELETE().build());
    }

    Answer post(String path, Object body) throws IOException {
        return raw(path, MAPPER.writeValueAsString(body));
    }

    Answer raw(String path, String body) throws IOException {
        return send(path, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    Answer send(String path, String contentType, byte[] body) throws IOException {
        return send(request(path).header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build());
    }

    Answer message(String session, String id, String text) throws IOException {
        return post(session + "/messages", java.util.Map.of("id", id, "text", text));
    }

    /** The cookie as a header would have it. */
    String cookie() {
        return cookies.getCookieStore().getCookies().stream().map(it -> it.getName() + "=" + it.getValue())
                .collect(java.util.stream.Collectors.joining("; "));
    }

    /** Says something and waits until its turn is closed; what the session was sent from then on. */
    java.util.List<TestEvents.Received> ask(String session, String text) throws IOException {
        String last = get(session).expect(200).text("last");
        try (TestEvents events = events(session, last)) {
            return events.untilClosed(say(session, text));
        }
    }

    /** A turn as the snapshot has it. */
    JsonNode turn(String session, String turn) throws IOException {
        for (JsonNode each : get(session).expect(200).json().path("turns")) {
            if (each.path("id").asString("").equals(turn)) {
                return each;
            }
        }
        throw new AssertionError("no turn " + turn);
    }

    /** Starts a session and returns its path. */
    String session() throws IOException {
        return "/sessions/" + post("/sessions", java.util.Map.of()).expect(201).text("id");
    }

    /** Sends a message and returns its turn. */
    String say(String session, String text) throws IOException {
        return post(session + "/messages", java.util.Map.of("id", UUID.randomUUID().toString(), "text", text))
                .expect(202)
                .text("turn");
    }

    /** Opens the session's events after that one; null for all of them. */
    TestEvents events(String session, @Nullable String after) throws IOException {
        return stream(session + "/events", after);
    }

    /** The stream that this body is answered with. */
    TestEvents streamed(String path, Object body) throws IOException {
        return stream(request(path).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body))).build());
    }

    /** Opens the stream at this path. */
    TestEvents stream(String path, @Nullable String after) throws IOException {
        var request = request(path).header("Accept", "text/event-stream");
        if (after != null) {
            request.header("Last-Event-ID", after);
        }
        return stream(request.build());
    }

    /** The stream that this request is answered with. */
    TestEvents stream(HttpRequest request) throws IOException {
        try {
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                try (InputStream body = response.body()) {
                    throw new AssertionError("expected a stream, got " + response.statusCode() + ": "
                            + new String(body.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            return new TestEvents(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
