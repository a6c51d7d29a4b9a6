package dev.carrel.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.StreamingModel;
import dev.carrel.batch.Attribute;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Step;
import dev.carrel.context.Principal;
import dev.carrel.error.InvalidInputException;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.test.TestTime;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Models that answer piece by piece, as clients read them. */
@Timeout(120)
class StreamingModelsTest {
    private static final Attribute<Integer> POSITION = Attribute.of("position", Integer.class);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Words words = new Words();
    private @Nullable TestServer server;

    private record Ask(@Nullable String text) {}

    private record Said(String word, String user) {}

    /** Says the words of a text one after the other; at some of them something else. */
    private static final class Words implements StreamingModel<String, String> {
        final Semaphore gate = new Semaphore(0);
        volatile boolean gated;
        final List<Integer> sizes = new CopyOnWriteArrayList<>();
        final Set<String> ended = ConcurrentHashMap.newKeySet();
        final Set<String> wrong = ConcurrentHashMap.newKeySet();
        final Set<String> signalled = ConcurrentHashMap.newKeySet();
        final Map<String, Item<String>> items = new ConcurrentHashMap<>();

        @Override
        public String decode(JsonInput request, Attributes attributes) {
            String text = request.as(Ask.class).text();
            if (text == null) {
                throw InvalidInputException.field("text", "is missing");
            }
            attributes.put(POSITION, 0);
            return text;
        }

        @Override
        public List<Outcome<Step<String>>> run(List<Item<String>> items) throws Exception {
            sizes.add(items.size());
            items.forEach(item -> this.items.put(item.input(), item));
            if (Principal.find().isPresent()) {
                wrong.add("the model has a user");
            }
            if (gated) {
                gate.acquire();
            }
            List<Outcome<Step<String>>> outcomes = new ArrayList<>();
            for (Item<String> item : items) {
                outcomes.add(step(item));
            }
            return outcomes;
        }

        private static Outcome<Step<String>> step(Item<String> item) {
            String[] all = item.input().split(" ", -1);
            int at = item.attributes().get(POSITION).orElseThrow();
            if (at == all.length) {
                return item.ok(Step.end());
            }
            item.attributes().put(POSITION, at + 1);
            return switch (all[at]) {
                case "refused" -> item.failed(InvalidInputException.field("text", "has a word that is refused"));
                case "fails" -> item.failed(new IllegalStateException("secret 4711"));
                default -> item.ok(Step.piece(all[at]));
            };
        }

        @Override
        public Duration within() {
            return Duration.ofSeconds(20);
        }

        @Override
        public Object encode(String piece, Attributes attributes) {
            if (piece.equals("overflows")) {
                throw new StackOverflowError("secret 4711");
            }
            return new Said(piece, Principal.current().user());
        }

        @Override
        public void ended(Item<String> item) {
            if (item.cancellation().requested()) {
                signalled.add(item.input());
            }
            ended.add(item.input());
        }
    }

    @AfterEach
    void stop() {
        words.gate.release(1_000_000);
        threads.close();
        if (server != null) {
            server.close();
        }
    }

    private void start(TimeSource time) {
        App app = Carrel.app("words").streamingModel("words", words, batches -> batches.maxItems(8));
        server = TestServer.on(new MemoryStore(time), app, KeyRing.random(), time);
    }

    private TestServer server() {
        return Objects.requireNonNull(server);
    }

    private static TestEvents open(TestClient client, String text) throws IOException {
        return client.streamed("/models/words", Map.of("text", text));
    }

    /** The words up to the end, which must be one. */
    private static List<String> all(TestEvents events, String user) throws IOException {
        List<String> said = new ArrayList<>();
        try (events) {
            for (TestEvents.Received event = events.next(); event != null; event = events.next()) {
                if (event.kind().equals("end")) {
                    assertThat(events.next()).as("nothing comes after the end").isNull();
                    return said;
                }
                assertThat(event.kind()).isEqualTo("piece");
                assertThat(event.text("user")).isEqualTo(user);
                said.add(event.text("word"));
            }
        }
        throw new AssertionError("it ended without an end, after " + said);
    }

    private static String text(String word, int times) {
        return String.join(" ", IntStream.range(0, times).mapToObj(i -> word + i).toList());
    }

    @Test
    void many_streams_at_once_run_in_one_batch_and_each_reader_gets_its_own_pieces_in_order() throws Exception {
        start(TimeSource.system());
        List<Future<List<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            TestClient client = server().client();
            String text = text("u" + i + "-", 1 + i);
            answers.add(threads.submit(() -> all(open(client, text), client.get("/me").expect(200).text("user"))));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(answers.get(i).get()).containsExactly(text("u" + i + "-", 1 + i).split(" ", -1));
        }
        assertThat(words.wrong).isEmpty();
        assertThat(words.sizes).anyMatch(size -> size > 1).allMatch(size -> size <= 8);
    }

    @Test
    void what_fails_at_once_has_its_own_status_and_what_fails_later_is_an_error_and_no_end() throws Exception {
        start(TimeSource.system());
        TestClient alice = server().signedIn("alice");
        alice.post("/models/words", Map.of()).problem(422, "invalid", "text");
        alice.post("/models/words", Map.of("text", "refused at once")).problem(422, "invalid", "text");
        assertThat(alice.post("/models/words", Map.of("text", "fails at once")).problem(500, "internal", "").body())
                .doesNotContain("4711");
        words.gated = true;
        words.gate.release();
        try (TestEvents events = open(alice, "one two fails")) {
            assertThat(Objects.requireNonNull(events.next()).text("word")).isEqualTo("one");
            words.gate.release(10);
            assertThat(Objects.requireNonNull(events.next()).text("word")).isEqualTo("two");
            TestEvents.Received error = Objects.requireNonNull(events.next());
            assertThat(error.kind()).isEqualTo("error");
            assertThat(error.data().path("status").asInt()).isEqualTo(500);
            assertThat(error.text("code")).isEqualTo("internal");
            assertThat(error.text("requestId")).isNotBlank();
            assertThat(error.data().toString()).doesNotContain("4711", "Exception");
            assertThat(events.next()).as("the end of the connection").isNull();
        }
    }

    @Test
    void an_answer_that_breaks_off_by_an_error_of_the_machine_says_so_too() throws Exception {
        start(TimeSource.system());
        try (TestEvents events = open(server().signedIn("alice"), "one overflows three")) {
            assertThat(Objects.requireNonNull(events.next()).text("word")).isEqualTo("one");
            TestEvents.Received error = Objects.requireNonNull(events.next());
            assertThat(error.kind()).isEqualTo("error");
            assertThat(error.data().toString()).contains("internal").doesNotContain("4711");
        }
    }

    @Test
    void who_asks_for_json_gets_all_pieces_as_one_array_or_the_status_of_what_went_wrong() throws Exception {
        start(TimeSource.system());
        TestClient alice = server().signedIn("alice");
        assertThat(gathered(alice, "one two").expect(200).json().size()).isEqualTo(2);
        assertThat(gathered(alice, "one two").json().path(1).path("word").asString()).isEqualTo("two");
        gathered(alice, "one two refused").problem(422, "invalid", "text");
        assertThat(gathered(alice, "one fails").problem(500, "internal", "").body()).doesNotContain("4711");
    }

    private static TestClient.Answer gathered(TestClient client, String text) throws IOException {
        return client.send(client.request("/models/words").header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"text\": \"" + text + "\"}")).build());
    }

    /** Asks over a socket of its own, and leaves the answer to be read. */
    private Socket raw(String text) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4 * 1024);
        // Closed with a reset: the first heartbeat after it fails, not the second.
        socket.setSoLinger(true, 0);
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), server().uri().getPort()));
        String body = "{\"text\": \"" + text + "\"}";
        OutputStream out = socket.getOutputStream();
        out.write(("POST /models/words HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
        out.flush();
        return socket;
    }

    @Test
    void a_reader_that_leaves_while_nothing_comes_is_noticed_by_a_heartbeat_and_the_model_is_told() throws Exception {
        start(TimeSource.system());
        words.gated = true;
        words.gate.release();
        String left = text("left", 30);
        try (Socket socket = raw(left)) {
            assertThat(socket.getInputStream().readNBytes(20)).isNotEmpty();
            Awaitility.await().until(() -> words.sizes.size() == 2);
        }
        Awaitility.await().until(() -> server().waiting("words") == 0);
        Future<List<String>> other = threads.submit(() -> {
            TestClient client = server().client();
            return all(open(client, "x y"), client.get("/me").text("user"));
        });
        Awaitility.await().untilAsserted(() -> {
            // One step at a time, until the heartbeats have shown that nobody is there.
            words.gate.release();
            assertThat(words.signalled).contains(left);
        });
        words.gate.release(100);
        assertThat(other.get()).containsExactly("x", "y");
        assertThat(words.sizes.size()).as("it was not worked on to its end").isLessThan(30);
    }

    @Test
    void a_stream_whose_reader_leaves_while_it_waits_is_never_computed() throws Exception {
        start(TimeSource.system());
        words.gated = true;
        TestClient bob = server().signedIn("bob");
        Future<List<String>> runs = threads.submit(() -> all(open(bob, "x y"), "bob"));
        Awaitility.await().until(words.gate::hasQueuedThreads);
        try (Socket socket = raw("left alone")) {
            Awaitility.await().until(() -> server().waiting("words") == 1);
            assertThat(socket.isClosed()).isFalse();
        }
        Awaitility.await().until(() -> server().waiting("words") == 0);
        words.gate.release(100);
        assertThat(runs.get()).containsExactly("x", "y");
        Awaitility.await().until(() -> words.ended.contains("left alone"));
        assertThat(words.items).containsOnlyKeys("x y");
    }

    @Test
    void a_reader_that_does_not_read_holds_up_nobody() throws Exception {
        start(TimeSource.system());
        // More than every buffer on the way takes.
        String unread = text("a-rather-long-word-that-nobody-reads-", 6_000);
        TestClient bob = server().signedIn("bob");
        try (Socket socket = raw(unread)) {
            assertThat(socket.getInputStream().readNBytes(20)).isNotEmpty();
            assertThat(all(open(bob, text("quick", 5_000)), "bob")).hasSize(5_000);
            assertThat(words.ended).doesNotContain(unread);
        }
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> words.signalled.contains(unread));
    }

    @Test
    void an_answer_beyond_its_time_ends_with_an_error() throws Exception {
        TestTime time = TestTime.start();
        start(time);
        words.gated = true;
        words.gate.release();
        TestClient alice = server().signedIn("alice");
        try (TestEvents events = open(alice, "one two")) {
            assertThat(Objects.requireNonNull(events.next()).text("word")).isEqualTo("one");
            // Less than a single step may take.
            time.pass(Duration.ofSeconds(20));
            assertThat(Objects.requireNonNull(events.next()).text("code")).isEqualTo("deadline");
        }
    }

    @Test
    void an_answer_ends_when_its_reader_signs_out() throws Exception {
        start(TimeSource.system());
        words.gated = true;
        words.gate.release();
        TestClient alice = server().signedIn("alice");
        try (TestEvents events = open(alice, "one two")) {
            assertThat(Objects.requireNonNull(events.next()).text("word")).isEqualTo("one");
            alice.post("/logout", Map.of()).expect(204);
            TestEvents.Received last = Objects.requireNonNull(events.next());
            assertThat(last.kind()).isEqualTo("error");
            assertThat(last.text("code")).isEqualTo("unauthenticated");
        }
        freed("one two");
    }

    /** Waits until the model is told that nobody wants it any more, and lets it go on only then. */
    private void freed(String text) {
        Awaitility.await().until(() -> Objects.requireNonNull(words.items.get(text)).cancellation().requested());
        words.gate.release(10);
        Awaitility.await().until(() -> words.signalled.contains(text));
    }

    @Test
    void a_call_is_stopped_under_the_name_that_its_caller_gave_it_and_by_nobody_else() throws Exception {
        start(TimeSource.system());
        words.gated = true;
        words.gate.release();
        TestClient alice = server().signedIn("alice");
        TestClient bob = server().signedIn("bob");
        try (TestEvents events = alice.stream(named(alice, "one two", "mine"))) {
            assertThat(Objects.requireNonNull(events.next()).text("word")).isEqualTo("one");
            bob.delete("/models/words/calls/mine").problem(404, "not-found", "");
            alice.delete("/models/words/calls/other").problem(404, "not-found", "");
            alice.send(named(alice, "three", "mine")).problem(409, "conflict", "");
            alice.delete("/models/words/calls/mine").expect(204);
            TestEvents.Received last = Objects.requireNonNull(events.next());
            assertThat(last.kind()).isEqualTo("error");
            assertThat(last.text("code")).isEqualTo("cancelled");
        }
        freed("one two");
        alice.delete("/models/words/calls/mine").problem(404, "not-found", "");
        alice.send(named(alice, "three", "not a name")).problem(422, "invalid", "Carrel-Call");
        assertThat(Optional.of(alice.send(named(alice, "three", "mine")).expect(200).body())).get().asString()
                .contains("three");
    }

    private static java.net.http.HttpRequest named(TestClient client, String text, String name) {
        return client.request("/models/words").header("Content-Type", "application/json").header("Carrel-Call", name)
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"text\": \"" + text + "\"}")).build();
    }
}
