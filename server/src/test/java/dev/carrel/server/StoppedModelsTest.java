package dev.carrel.server;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.app.StreamingModel;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Step;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Models of a server that stops, or that may not serve: what was asked is answered, and what comes is told to come again. */
@Timeout(60)
class StoppedModelsTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Semaphore gate = new Semaphore(0);

    /** Says what it was told, once it may. */
    private final class Echo implements Model<Integer, Integer> {
        @Override
        public Integer decode(JsonInput request, Attributes attributes) {
            return request.as(Integer.class);
        }

        @Override
        public List<Outcome<Integer>> run(List<Item<Integer>> items) throws Exception {
            gate.acquire();
            return items.stream().map(item -> item.ok(item.input())).toList();
        }
    }

    /** Has no end. */
    private static final class Endless implements StreamingModel<String, String> {
        @Override
        public String decode(JsonInput request, Attributes attributes) {
            return "";
        }

        @Override
        public List<Outcome<Step<String>>> run(List<Item<String>> items) {
            return items.stream().map(item -> item.ok(Step.piece("again"))).toList();
        }
    }

    private static Future<TestClient.Answer> asking(ExecutorService threads, TestClient client, int number) {
        return threads.submit(() -> client.post("/models/parting", number));
    }

    @Test
    void what_runs_and_what_waits_when_the_server_stops_is_answered_and_a_stream_ends_with_an_error()
            throws Exception {
        App app = Carrel.app("stopped").model("parting", new Echo()).streamingModel("endless", new Endless(),
                batches -> batches.maxItems(4)).embeddings("words", new TestEmbedder());
        TestServer server = TestServer.inMemory(app);
        try (server; var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            TestClient alice = server.signedIn("alice");
            TestClient bob = server.signedIn("bob");
            Future<TestClient.Answer> runs = asking(threads, alice, 1);
            Awaitility.await().until(gate::hasQueuedThreads);
            Future<TestClient.Answer> waits = asking(threads, bob, 2);
            Awaitility.await().until(() -> server.waiting("parting") == 1);
            try (TestEvents stream = alice.streamed("/models/endless", Map.of())) {
                assertThat(stream.next()).isNotNull();
                var closed = CompletableFuture.runAsync(server::close, threads);
                Awaitility.await().until(() -> bob.get("/health/ready").status() == 503);
                refused(bob);
                assertThat(List.of(runs, waits)).noneMatch(Future::isDone);
                gate.release(2);
                assertThat(runs).succeedsWithin(SOON).satisfies(it -> assertThat(it.expect(200).body()).isEqualTo("1"));
                assertThat(waits).succeedsWithin(SOON)
                        .satisfies(it -> assertThat(it.expect(200).body()).isEqualTo("2"));
                TestEvents.Received last = stream.until(event -> !event.kind().equals("piece")).getLast();
                assertThat(last.kind()).isEqualTo("error");
                assertThat(last.text("code")).isEqualTo("unavailable");
                assertThat(stream.next()).as("the end of the connection").isNull();
                assertThat(closed).succeedsWithin(SOON);
            } catch (IOException e) {
                throw new AssertionError("it hung up while its models had something to answer", e);
            } finally {
                gate.release(1_000);
            }
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                assertThat(!thread.getName().startsWith("batch-parting") || thread.join(Duration.ofSeconds(5)))
                        .as("a server that has stopped lets no model run").isTrue();
            }
        }
    }

    /** That whoever calls a model now is told to come again, in the form of the path. */
    private static void refused(TestClient client) throws IOException {
        assertThat(client.post("/models/parting", 3).problem(503, "unavailable", "").header("Retry-After"))
                .isNotBlank();
        client.post("/models/endless", Map.of()).problem(503, "unavailable", "");
        TestClient.Answer answer = client.post("/v1/embeddings", Map.of("model", "words", "input", "hello"))
                .expect(503);
        JsonNode error = answer.json().path("error");
        assertThat(error.path("type").asString()).isEqualTo("server_error");
        assertThat(error.path("code").asString()).isEqualTo("unavailable");
        assertThat(answer.header("Retry-After")).isNotBlank();
    }

    @Test
    void a_node_that_is_not_ready_answers_503_for_its_models_and_runs_none() throws Exception {
        var store = new MemoryStore(TimeSource.system());
        var embedder = new TestEmbedder();
        App app = Carrel.app("stopped").model("parting", new Echo()).streamingModel("endless", new Endless(),
                batches -> batches.maxItems(4)).embeddings("words", embedder);
        try (var right = TestServer.on(store, new TestApp().app(), KeyRing.random());
                var wrong = TestServer.on(store, app, KeyRing.random())) {
            right.client().get("/health/ready").expect(200);
            TestClient stray = wrong.client();
            stray.get("/health/ready").expect(503);
            gate.release(10);
            refused(stray);
            assertThat(gate.availablePermits()).isEqualTo(10);
            assertThat(embedder.batches).isEmpty();
        }
    }
}
