package dev.carrel.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.Carrel;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;

/** G12: what all requests' bodies hold together is bounded, nobody can take it all, and nobody can hold it by being slow. */
@Timeout(60)
class G12BodiesTest {
    private static final int MIB = 1024 * 1024;

    private final TestTime time = TestTime.start();
    private final TestServer server = TestServer.inMemory(
            Carrel.app("bodies").embeddings("words", new TestEmbedder()),
            settings -> settings.withBodies(8 * MIB).withTime(time));
    private final TestClient alice = server.signedIn("alice");
    private final TestClient bob = server.signedIn("bob");

    @AfterEach
    void stop() {
        server.close();
    }

    /** A request whose headers are there and whose body is not, or not all of it. */
    private final class Begun implements AutoCloseable {
        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort());
        private final OutputStream out = socket.getOutputStream();
        private final BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        /** 100 once the server reads the body, and room was made for it; else what it was answered at once. */
        final int status;

        Begun(TestClient client, String path, int length) throws IOException {
            socket.setSoTimeout(10_000);
            out.write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nCookie: " + client.cookie()
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + length
                    + "\r\nExpect: 100-continue\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            status = status();
        }

        private int status() throws IOException {
            String line = line();
            assertThat(line).startsWith("HTTP/1.1 ");
            return Integer.parseInt(line.substring(9, 12));
        }

        private String line() throws IOException {
            try {
                return Objects.requireNonNullElse(in.readLine(), "no answer");
            } catch (SocketTimeoutException e) {
                return "no answer in time";
            }
        }

        /** Sends a bit of the body. */
        void dribble() throws IOException {
            out.write(' ');
            out.flush();
        }

        /** The status that follows on 100. */
        int answered() throws IOException {
            assertThat(line()).isEmpty();
            return status();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static TestClient.Answer embed(TestClient client, int length) throws IOException {
        String body = "{\"model\": \"words\", \"input\": \"a\"}";
        return client.raw("/v1/embeddings", body + " ".repeat(length - body.length()));
    }

    private static void refused(TestClient.Answer answer) {
        answer.expect(429);
        assertThat(answer.json().path("error").path("code").asString()).isEqualTo("rate_limit_exceeded");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    }

    @Test
    void one_sender_takes_no_more_than_half_of_the_room_and_others_find_theirs() throws Exception {
        try (var large = new Begun(alice, "/v1/embeddings", 4 * MIB)) {
            assertThat(large.status).isEqualTo(100);
            try (var more = new Begun(alice, "/v1/embeddings", 4 * MIB)) {
                assertThat(more.status).as("refused unread").isEqualTo(429);
            }
            refused(embed(alice, MIB));
            alice.post("/login", Map.of("user", "alice")).problem(429, "overloaded", "");
            try (var his = new Begun(bob, "/v1/embeddings", MIB)) {
                assertThat(his.status).isEqualTo(100);
                refused(embed(bob, 2 * MIB));
                embed(server.client(), 64 * 1024).expect(200);
            }
        }
        // Those connections were closed, and what came on them is forgotten.
        Awaitility.await().until(() -> embed(alice, 4 * MIB).status() == 200);
    }

    @Test
    void visitors_of_one_network_are_one_sender_however_many_they_say_they_are() throws Exception {
        try (var large = new Begun(server.client(), "/v1/embeddings", 4 * MIB)) {
            assertThat(large.status).isEqualTo(100);
            refused(embed(server.client(), MIB));
            embed(bob, MIB).expect(200);
        }
    }

    @Test
    void a_body_that_does_not_say_how_long_it_is_is_counted_as_it_grows() throws Exception {
        try (var large = new Begun(alice, "/v1/embeddings", 4 * MIB)) {
            assertThat(large.status).isEqualTo(100);
            String body = "{\"model\": \"words\", \"input\": \"a\"}";
            refused(chunked(body + " ".repeat(3 * MIB)));
            chunked(body).expect(200);
        }
    }

    private TestClient.Answer chunked(String body) throws IOException {
        return bob.send(bob.request("/v1/embeddings").header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(body.getBytes(StandardCharsets.UTF_8)))).build());
    }

    @Test
    void what_was_answered_is_held_no_more() throws Exception {
        for (int i = 0; i < 3; i++) {
            embed(alice, 4 * MIB).expect(200);
            alice.raw("/sessions", "[" + " ".repeat(255 * 1024)).problem(400, "malformed", "");
            alice.raw("/sessions", " ".repeat(257 * 1024)).problem(413, "too-large", "");
            chunked(" ".repeat(4 * MIB + 1)).expect(413);
        }
    }

    @Test
    void a_sender_that_dribbles_is_given_up_and_what_it_held_is_free() throws Exception {
        try (var slow = new Begun(alice, "/v1/embeddings", 4 * MIB)) {
            assertThat(slow.status).isEqualTo(100);
            time.pass(Duration.ofSeconds(31));
            slow.dribble();
            assertThat(slow.answered()).isEqualTo(408);
            embed(alice, 4 * MIB).expect(200);
        }
    }
}
