package dev.carrel.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.app.StreamingModel;
import dev.carrel.batch.Attribute;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Step;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;

/** G12: what all plain answers hold together is bounded, nobody can take it all, and nobody can hold it by not reading. */
@Timeout(60)
class G12AnswersTest {
    private static final int MIB = 1024 * 1024;
    private static final int ROOM = 16 * MIB;
    /** So long that two of them are more than one sender may have. */
    private static final int LONG = 7 * MIB;

    private final TestTime time = TestTime.start();
    private final CountDownLatch fourth = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final TestServer server = TestServer.inMemory(
            Carrel.app("answers").model("long", new Lengthy()).streamingModel("pieces", new Pieces(), steps -> {}),
            settings -> settings.withBodies(ROOM).withTime(time));
    private final TestClient alice = server.signedIn("alice");
    private final TestClient bob = server.signedIn("bob");

    @AfterEach
    void stop() {
        goOn.countDown();
        threads.close();
        server.close();
    }

    private record Ask(int length) {}

    /** Answers with as many bytes as it is asked for. */
    private static final class Lengthy implements Model<Integer, String> {
        @Override
        public Integer decode(JsonInput request, Attributes attributes) {
            return request.as(Ask.class).length();
        }

        @Override
        public List<Outcome<String>> run(List<Item<Integer>> items) {
            return items.stream().map(item -> item.ok("x".repeat(item.input() - 2))).toList();
        }
    }

    /** Answers with so many pieces of 1 MiB; waits before the fourth. */
    private final class Pieces implements StreamingModel<Integer, Integer> {
        private static final Attribute<AtomicInteger> MADE = Attribute.of("made", AtomicInteger.class);

        @Override
        public Integer decode(JsonInput request, Attributes attributes) {
            attributes.put(MADE, new AtomicInteger());
            return request.as(Ask.class).length();
        }

        @Override
        public List<Outcome<Step<Integer>>> run(List<Item<Integer>> items) {
            return items.stream().map(item -> {
                int made = item.attributes().get(MADE).orElseThrow().incrementAndGet();
                return item.ok(made < item.input() ? Step.piece(made) : Step.last(made));
            }).toList();
        }

        @Override
        public Object encode(Integer piece, Attributes attributes) throws Exception {
            if (piece == 4) {
                fourth.countDown();
                goOn.await();
                return "";
            }
            return "x".repeat(MIB - 3);
        }
    }

    private static TestClient.Answer ask(TestClient client, int length) throws IOException {
        return client.post("/models/long", Map.of("length", length));
    }

    private static TestClient.Answer gather(TestClient client, int pieces) throws IOException {
        return client.send(client.request("/models/pieces").header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"length\": " + pieces + "}")).build());
    }

    private static void refused(TestClient.Answer answer) {
        answer.problem(429, "overloaded", "");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
    }

    /** Asks for a long answer over a connection that holds little, and reads no more than how it begins. */
    private Socket unread(TestClient client) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.uri().getPort()));
        String body = "{\"length\": " + LONG + "}";
        socket.getOutputStream().write(("POST /models/long HTTP/1.1\r\nHost: localhost\r\nCookie: " + client.cookie()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1));
        assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1))
                .isEqualTo("HTTP/1.1 200");
        return socket;
    }

    @Test
    void an_answer_that_nobody_reads_is_counted_as_its_askers_and_given_up_after_a_while() throws Exception {
        try (Socket socket = unread(alice)) {
            refused(ask(alice, LONG));
            refused(gather(alice, 3));
            ask(alice, 60_000).expect(200);
            alice.get("/me").expect(200);
            assertThat(ask(bob, 4 * MIB).expect(200).body()).hasSize(4 * MIB);

            TestClient.Answer again = ask(alice, LONG);
            for (int i = 0; i < 30 && again.status() == 429; i++) {
                time.pass(Duration.ofSeconds(25));
                again = ask(alice, LONG);
            }
            again.expect(200);
            assertThat(readToTheEnd(socket)).as("bytes that came before the connection ended")
                    .isBetween(1L, LONG - 1L);
        }
    }

    private static long readToTheEnd(Socket socket) throws IOException {
        long read = 0;
        byte[] some = new byte[64 * 1024];
        try {
            for (int length = 0; length >= 0; length = socket.getInputStream().read(some)) {
                read += length;
            }
        } catch (java.net.SocketException e) {
            // It was reset.
        }
        return read;
    }

    @Test
    void an_answer_of_pieces_that_is_gathered_counts_as_it_grows() throws Exception {
        Future<TestClient.Answer> gathered = threads.submit(() -> gather(alice, 4));
        fourth.await();
        refused(ask(alice, LONG));
        ask(bob, 4 * MIB).expect(200);
        goOn.countDown();
        assertThat(gathered.get().expect(200).json()).hasSize(4);
        Awaitility.await().until(() -> ask(alice, LONG).status() == 200);
    }

    @Test
    void an_answer_that_is_too_long_for_the_server_ever_to_hold_is_refused_for_good() throws Exception {
        assertThat(ask(alice, ROOM / 2 + 1).problem(413, "too-large", "").header("Retry-After")).isEmpty();
        assertThat(ask(alice, LONG).expect(200).body()).hasSize(LONG);
    }
}
