package dev.carrel.server;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.BatchObserver;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Tokens;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.keys.KeyRing;
import dev.carrel.server.TestClient.Answer;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.test.TestTime;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Embeddings over HTTP, as OpenAI's clients ask for them: texts of many callers in one batch, and each is told its own. */
@Timeout(120)
class EmbeddingsTest {
    private final TestEmbedder model = new TestEmbedder();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable TestServer server;

    @AfterEach
    void stop() {
        model.mayRun.release(1_000_000);
        threads.close();
        if (server != null) {
            server.close();
        }
    }

    private TestServer start(Consumer<BatcherBuilder<Tokens, float[]>> batches) {
        return start(Carrel.app("vectors").embeddings("words", model, batches), TimeSource.system());
    }

    private TestServer start() {
        return start(batches -> {});
    }

    private TestServer start(App app, TimeSource time) {
        server = TestServer.on(new MemoryStore(time), app, KeyRing.random(), time);
        return server;
    }

    private TestServer server() {
        return Objects.requireNonNull(server);
    }

    private static Answer embed(TestClient client, Object input) throws IOException {
        return client.post("/v1/embeddings", Map.of("model", "words", "input", input));
    }

    private Future<Answer> embedding(TestClient client, Object input) {
        return threads.submit(() -> embed(client, input));
    }

    /** Asks, and waits until all of its texts wait in the queue. */
    private Future<Answer> queued(TestClient client, Object input) {
        int before = server().waiting("words");
        int texts = input instanceof List<?> list ? list.size() : 1;
        Future<Answer> answer = embedding(client, input);
        Awaitility.await().until(() -> server().waiting("words") == before + texts || answer.isDone());
        assertThat(answer).as("it waits").isNotDone();
        return answer;
    }

    /** Has a batch of one hold the model, and others wait behind it until as many may run as are released. */
    private Future<Answer> hold(TestClient client) {
        model.mayRun.drainPermits();
        Future<Answer> first = embedding(client, "first");
        Awaitility.await().until(model.mayRun::hasQueuedThreads);
        return first;
    }

    /** That these are the vectors of these texts, in this order, and nothing else. */
    private static void vectors(Answer answer, String... texts) {
        JsonNode json = answer.expect(200).json();
        assertThat(json.path("object").asString()).isEqualTo("list");
        assertThat(json.path("model").asString()).isEqualTo("words");
        assertThat(json.path("data").size()).isEqualTo(texts.length);
        long tokens = 0;
        for (int i = 0; i < texts.length; i++) {
            JsonNode datum = json.path("data").get(i);
            assertThat(datum.path("object").asString()).isEqualTo("embedding");
            assertThat(datum.path("index").asInt()).isEqualTo(i);
            assertThat(numbers(datum)).as(texts[i]).containsExactly(TestEmbedder.vector(texts[i]));
            tokens += TestEmbedder.ids(texts[i]).length;
        }
        assertThat(json.path("usage").path("prompt_tokens").asLong()).isEqualTo(tokens);
        assertThat(json.path("usage").path("total_tokens").asLong()).isEqualTo(tokens);
    }

    private static float[] numbers(JsonNode datum) {
        JsonNode embedding = datum.path("embedding");
        float[] numbers = new float[embedding.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Float.parseFloat(embedding.get(i).toString());
        }
        return numbers;
    }

    /** That it is an error as OpenAI has it, which says no more than it should. */
    private static Answer error(Answer answer, int status, String type, @Nullable String param, String code) {
        answer.expect(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        JsonNode error = answer.json().path("error");
        assertThat(answer.json().size()).isEqualTo(1);
        assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(error.path("type").asString()).isEqualTo(type);
        assertThat(error.path("param").isNull() ? null : error.path("param").asString()).isEqualTo(param);
        assertThat(error.path("code").asString()).isEqualTo(code);
        assertThat(error.path("message").asString()).isNotBlank();
        if (param != null) {
            assertThat(error.path("message").asString()).contains(param);
        }
        assertThat(answer.header("X-Request-Id")).isNotBlank();
        assertThat(answer.body()).doesNotContain("4711", "\tat ", "Exception", "dev.carrel", "java.", "jackson");
        return answer;
    }

    private static Answer invalid(Answer answer, String param) {
        return error(answer, 400, "invalid_request_error", param, "invalid");
    }

    @Test
    void a_text_in_any_of_its_forms_becomes_the_models_vector() throws Exception {
        TestClient client = start().client();
        long[] numbers = TestEmbedder.ids("as numbers");
        vectors(embed(client, "Hello, wide world"), "Hello, wide world");
        vectors(embed(client, List.of("one", "another one")), "one", "another one");
        vectors(embed(client, numbers), "as numbers");
        vectors(embed(client, List.of(numbers, TestEmbedder.ids("more"))), "as numbers", "more");
        vectors(embed(client, List.of("same", "same", " ")), "same", "same", " ");
        vectors(client.raw("/v1/embeddings", "{\"model\": \"words\", \"input\": \"a\", \"encoding_format\": null, "
                + "\"dimensions\": null, \"user\": null}"), "a");
    }

    @Test
    void a_long_list_is_answered_in_its_order() throws Exception {
        TestClient client = start().client();
        String[] texts = IntStream.range(0, 2_048).mapToObj(i -> "text " + i + (i % 7 == 0 ? " is longer" : ""))
                .toArray(String[]::new);
        vectors(embed(client, texts), texts);
        assertThat(model.batches).hasSizeLessThan(1_024).allMatch(size -> size <= 32);
        invalid(embed(client, IntStream.range(0, 2_049).mapToObj(i -> "text " + i).toList()), "input");
    }

    @Test
    void base64_has_the_bytes_of_the_numbers_the_least_first() throws Exception {
        TestClient client = start().client();
        Answer answer = client.post("/v1/embeddings",
                Map.of("model", "words", "input", List.of("a", "b"), "encoding_format", "base64")).expect(200);
        List<String> texts = List.of("a", "b");
        for (int i = 0; i < 2; i++) {
            byte[] bytes = Base64.getDecoder()
                    .decode(answer.json().path("data").get(i).path("embedding").asString());
            float[] vector = new float[TestEmbedder.DIMENSIONS];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
            assertThat(bytes).hasSize(4 * TestEmbedder.DIMENSIONS);
            assertThat(vector).containsExactly(TestEmbedder.vector(texts.get(i)));
        }
    }

    @Test
    void vectors_are_shortened_where_the_model_says_that_they_may_be() throws Exception {
        var shortening = new TestEmbedder(true);
        TestClient client = start(Carrel.app("vectors").embeddings("words", model).embeddings("shorter", shortening),
                TimeSource.system()).client();
        float[] whole = TestEmbedder.vector("a");
        assertThat(ofLength(client, "words", 8, 200)).containsExactly(whole);
        assertThat(ofLength(client, "shorter", 8, 200)).containsExactly(whole);
        assertThat(ofLength(client, "shorter", 3, 200))
                .containsExactly(TestEmbedder.normalised(whole[0], whole[1], whole[2]));
        assertThat(ofLength(client, "shorter", 1, 200)).containsExactly(Math.signum(whole[0]));
        for (Object wrong : List.of(7, 9, 0, -1, 1.5, "8")) {
            ofLength(client, "words", wrong, 400);
        }
        for (Object wrong : List.of(9, 0, -1, 1.5, "3", 1L << 40)) {
            ofLength(client, "shorter", wrong, 400);
        }
    }

    private static float[] ofLength(TestClient client, String model, Object dimensions, int status)
            throws IOException {
        Answer answer = client.post("/v1/embeddings",
                Map.of("model", model, "input", "a", "dimensions", dimensions)).expect(status);
        if (status != 200) {
            invalid(answer, "dimensions");
            return new float[0];
        }
        return numbers(answer.json().path("data").get(0));
    }

    @Test
    void what_is_wrong_with_a_request_is_said_as_openai_says_it() throws Exception {
        TestClient client = start(batches -> batches.maxWaiting(3)).client();
        for (String input : List.of("\"\"", "[]", "[[]]", "[\"\"]", "null", "5", "1.5", "true", "{}", "[true]",
                "[1, \"a\"]", "[\"a\", 1]", "[\"a\", [1]]", "[[1], \"a\"]", "[1.5]", "[[1.5]]", "[null]", "[[[1]]]",
                "[12345678901234567890]", "[-1]", "\"half \\ud83d\"", "[\"a\", \"b\", \"c\", \"d\"]")) {
            invalid(client.raw("/v1/embeddings", "{\"model\": \"words\", \"input\": " + input + "}"), "input");
        }
        for (String input : List.of("[\"a\", \"\"]", "[[1], []]", "[[1], [-1]]")) {
            invalid(client.raw("/v1/embeddings", "{\"model\": \"words\", \"input\": " + input + "}"), "input[1]");
        }
        Answer tooLong = invalid(embed(client, "many ".repeat(31)), "input");
        assertThat(tooLong.json().path("error").path("message").asString()).contains("33 tokens", "at most 32");
        invalid(client.raw("/v1/embeddings", "{\"model\": \"words\"}"), "input");
        invalid(client.raw("/v1/embeddings", "{\"input\": \"a\"}"), "model");
        invalid(client.raw("/v1/embeddings", "{\"input\": \"a\", \"model\": 5}"), "model");
        invalid(client.raw("/v1/embeddings", ""), "model");
        for (String field : List.of("\"encoding_format\": \"double\"", "\"encoding_format\": 5", "\"user\": {}",
                "\"input_type\": \"query\"", "\"temperature\": 1")) {
            invalid(client.raw("/v1/embeddings", "{\"model\": \"words\", \"input\": \"a\", " + field + "}"),
                    field.substring(1, field.indexOf('"', 1)));
        }
        for (String body : List.of("{", "[]", "\"a\"", "{\"model\": \"words\", \"model\": \"words\"}")) {
            error(client.raw("/v1/embeddings", body), 400, "invalid_request_error", null, "malformed");
        }
        assertThat(model.batches).isEmpty();
        vectors(embed(client, List.of("a", "b", "c")), "a", "b", "c");
    }

    @Test
    void a_body_may_have_4_mib_and_a_larger_one_is_told_so() throws Exception {
        TestClient client = start().client();
        String fits = "{\"model\": \"words\", \"input\": \"a\"}" + " ".repeat(4 * 1024 * 1024);
        vectors(client.raw("/v1/embeddings", fits.substring(0, 4 * 1024 * 1024)), "a");
        error(client.raw("/v1/embeddings", fits), 413, "invalid_request_error", null, "too-large");
        error(client.raw("/v1/embeddings", "{\"user\": \"" + "x".repeat(6 * 1024 * 1024) + "\"}"), 413,
                "invalid_request_error", null, "too-large");
        client.raw("/sessions", " ".repeat(256 * 1024 + 1)).problem(413, "too-large", "");
    }

    @Test
    void what_is_refused_before_it_comes_to_a_model_is_said_as_openai_says_it_and_elsewhere_as_ever() throws Exception {
        TestClient client = start().client();
        String fine = "{\"model\": \"words\", \"input\": \"a\"}";
        error(client.raw("/v1/embeddings", fine.replace("words", "none")), 404, "invalid_request_error", null,
                "model_not_found");
        error(client.get("/v1/models/none"), 404, "invalid_request_error", null, "model_not_found");
        for (String path : List.of("/v1", "/v1/", "/v1/nothing", "/v1/embeddings/", "/v1/chat/completions")) {
            error(client.raw(path, "{}"), 404, "invalid_request_error", null, "not-found");
        }
        client.raw("/v2/embeddings", fine).problem(404, "not-found", "");
        Answer wrongMethod = error(client.get("/v1/embeddings"), 405, "invalid_request_error", null,
                "method-not-allowed");
        assertThat(wrongMethod.header("Allow")).isEqualTo("POST");
        error(client.send("/v1/embeddings", "text/plain", fine.getBytes(StandardCharsets.UTF_8)), 415,
                "invalid_request_error", null, "unsupported-type");
        error(client.send("/v1/embeddings", "application/json", new byte[]{'"', (byte) 0xff, '"'}), 400,
                "invalid_request_error", null, "malformed");
        error(client.send(client.request("/v1/models").header("Origin", "http://evil.example").build()), 403,
                "permission_error", null, "foreign-origin");
        client.send(client.request("/models").header("Origin", "http://evil.example").build()).problem(403,
                "foreign-origin", "");
        RawHttp host = RawHttp.send(server().uri(),
                "GET /v1/models HTTP/1.1\nHost: evil.example\nConnection: close\n\n");
        assertThat(host.status()).isEqualTo(421);
        assertThat(host.body()).contains("\"error\"", "unknown-host");
        RawHttp jetty = RawHttp.send(server().uri(), "GET /v1/models HTTP/1.1\nHost: localhost\nX-Long: "
                + "x".repeat(20_000) + "\n\n");
        assertThat(jetty.status()).isEqualTo(431);
        assertThat(jetty.header("Content-Type")).isEqualTo("application/json");
        assertThat(jetty.body()).startsWith("{\"error\":{");
    }

    @Test
    void ten_users_run_in_one_batch_and_each_is_given_its_own_vector() throws Exception {
        start();
        Future<Answer> first = hold(server().client());
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(queued(server().client(), "of user " + i));
        }
        model.mayRun.release(100);
        vectors(first.get(), "first");
        for (int i = 0; i < 10; i++) {
            vectors(answers.get(i).get(), "of user " + i);
        }
        assertThat(model.batches).containsExactly(1, 10);
        assertThat(model.askers.stream().map(Principal::user).distinct()).hasSize(11);
        assertThat(model.wrong).isEmpty();
    }

    @Test
    void a_bad_text_fails_the_request_that_has_it_and_no_other() throws Exception {
        start();
        TestClient alice = server().signedIn("alice");
        TestClient bob = server().signedIn("bob");
        Future<Answer> first = hold(alice);
        // All are of one length, so that they run together.
        Future<Answer> fine = queued(alice, List.of("hers is one", "hers is two"));
        Future<Answer> failed = queued(bob, List.of("his is one", "his itemfails two", "his is three"));
        Future<Answer> refused = queued(bob, List.of("his is four", "his itemrefused five"));
        Future<Answer> alone = queued(alice, "hers is three");
        // These come to no batch.
        invalid(embed(bob, List.of("his six", "many ".repeat(40), "his seven")), "input[1]");
        error(embed(bob, List.of("his eight", "unreadable")), 500, "server_error", null, "internal");
        model.mayRun.release(100);
        vectors(first.get(), "first");
        vectors(fine.get(), "hers is one", "hers is two");
        vectors(alone.get(), "hers is three");
        Answer told = error(failed.get(), 500, "server_error", null, "internal");
        assertThat(told.body()).doesNotContain("hers", "his");
        told = invalid(refused.get(), "input");
        assertThat(told.body()).contains("cannot be read together").doesNotContain("hers", "his");
        assertThat(model.batches).containsExactly(1, 8);
        assertThat(model.wrong).isEmpty();
    }

    @Test
    void a_batch_that_fails_is_told_to_all_of_it_without_a_word_of_another() throws Exception {
        start();
        TestClient alice = server().signedIn("alice");
        TestClient bob = server().signedIn("bob");
        Future<Answer> first = hold(alice);
        Future<Answer> hers = queued(alice, "hers");
        Future<Answer> his = queued(bob, "his batchfails");
        model.mayRun.release(100);
        vectors(first.get(), "first");
        error(hers.get(), 500, "server_error", null, "internal");
        error(his.get(), 500, "server_error", null, "internal");
        vectors(embed(alice, "again"), "again");
    }

    @Test
    void a_vector_that_is_none_is_the_models_failure() throws Exception {
        TestClient client = start().client();
        error(embed(client, List.of("fine", "tooshort")), 500, "server_error", null, "internal");
        error(embed(client, "nonumber"), 500, "server_error", null, "internal");
    }

    @Test
    void many_users_at_once_are_each_given_the_vectors_of_their_own_texts() throws Exception {
        start(batches -> batches.workers(2));
        List<Future<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int me = i;
            TestClient client = server().client();
            all.add(threads.submit(() -> {
                for (int n = 0; n < 5; n++) {
                    String[] mine = IntStream.rangeClosed(0, n).mapToObj(k -> "canary " + me + " says " + k)
                            .toArray(String[]::new);
                    vectors(embed(client, n == 0 ? mine[0] : List.of(mine)), mine);
                }
                return true;
            }));
        }
        for (Future<Boolean> each : all) {
            assertThat(each).succeedsWithin(Duration.ofMinutes(1));
        }
        assertThat(model.wrong).isEmpty();
        assertThat(model.batches.stream().mapToInt(it -> it).sum()).isEqualTo(200 * 15);
    }

    @Test
    void neither_a_user_in_the_body_nor_a_key_says_who_is_asking() throws Exception {
        start();
        TestClient stranger = server().client();
        String visitor = stranger.get("/me").expect(200).text("user");
        String claim = "{\"model\": \"words\", \"input\": \"a\", \"user\": \"alice\"}";
        for (String key : List.of("sk-alice", "alice", server().signedIn("alice").cookie())) {
            stranger.send(stranger.request("/v1/embeddings").header("Content-Type", "application/json")
                    .header("Authorization", "Bearer " + key)
                    .POST(HttpRequest.BodyPublishers.ofString(claim)).build()).expect(200);
        }
        assertThat(model.askers).hasSize(3).allMatch(who -> who.anonymous() && who.user().equals(visitor));
        server().signedIn("bob").raw("/v1/embeddings", claim).expect(200);
        assertThat(model.askers.getLast().user()).isEqualTo("bob");
    }

    @Test
    void a_full_queue_is_refused_with_the_time_to_come_again() throws Exception {
        TestClient client = start(batches -> batches.maxItems(1).maxWaiting(2)).client();
        Future<Answer> first = hold(client);
        Future<Answer> waits = queued(client, List.of("a"));
        Answer refused = error(embed(client, List.of("b", "c")), 429, "rate_limit_error", null, "rate_limit_exceeded");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
        model.mayRun.release(100);
        vectors(first.get(), "first");
        vectors(waits.get(), "a");
    }

    private Future<Answer> named(TestClient client, String call, Object input) {
        return threads.submit(() -> client.send(client.request("/v1/embeddings")
                .header("Content-Type", "application/json").header("Carrel-Call", call)
                .POST(HttpRequest.BodyPublishers.ofString(
                        JsonInput.write(Map.of("model", "words", "input", input))))
                .build()));
    }

    @Test
    void a_list_that_its_caller_stops_leaves_the_queue_with_all_of_its_texts_and_by_nobody_else() throws Exception {
        start();
        TestClient alice = server().signedIn("alice");
        TestClient bob = server().signedIn("bob");
        Future<Answer> first = hold(alice);
        Future<Answer> hers = named(alice, "mine", List.of("a", "b", "c"));
        Awaitility.await().until(() -> server().waiting("words") == 3);
        Future<Answer> his = named(bob, "mine", "d");
        Awaitility.await().until(() -> server().waiting("words") == 4);
        server().client().delete("/models/words/calls/mine").problem(404, "not-found", "");
        alice.delete("/models/words/calls/mine").expect(204);
        error(hers.get(), 409, "invalid_request_error", null, "cancelled");
        assertThat(server().waiting("words")).isEqualTo(1);
        error(named(bob, "mine", "e").get(), 409, "invalid_request_error", null, "conflict");
        error(named(bob, "not mine", "e").get(), 400, "invalid_request_error", "Carrel-Call", "invalid");
        model.mayRun.release(100);
        vectors(first.get(), "first");
        vectors(his.get(), "d");
        vectors(named(alice, "mine", "again").get(), "again");
        assertThat(model.batches).as("what was stopped was never computed").containsExactly(1, 1, 1);
    }

    @Test
    void whoever_observes_the_model_is_told_how_long_encoding_took() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        start(batches -> batches.observer(new BatchObserver() {
            @Override
            public void encoded(String batcher, Context caller, Duration took) {
                told.add(batcher + " for " + Principal.of(caller).orElseThrow().user()
                        + (took.isPositive() ? "" : " in no time"));
            }
        }));
        vectors(embed(server().signedIn("alice"), List.of("a", "b")), "a", "b");
        assertThat(told).containsExactly("words for alice");
    }

    @Test
    void a_request_that_takes_too_long_is_told_so_with_all_of_its_texts() throws Exception {
        TestTime time = TestTime.start();
        TestClient client = start(Carrel.app("vectors").embeddings("words", model, batches -> batches.maxItems(1)),
                time).client();
        Future<Answer> runs = hold(client);
        Future<Answer> waits = queued(client, List.of("a", "b"));
        time.pass(Duration.ofSeconds(30));
        error(runs.get(), 504, "server_error", null, "deadline");
        error(waits.get(), 504, "server_error", null, "deadline");
        assertThat(server().waiting("words")).isZero();
        model.mayRun.release(100);
        vectors(embed(client, "again"), "again");
        assertThat(model.batches).as("what ran was interrupted, what waited never began").containsExactly(1);
    }

    @Test
    void a_model_that_hangs_is_not_asked_again() throws Exception {
        TestTime time = TestTime.start();
        TestClient client = start(Carrel.app("vectors").embeddings("words", model, batches -> batches.maxAbandoned(0)),
                time).client();
        model.mayRun.drainPermits();
        Future<Answer> hangs = embedding(client, "hangs");
        Awaitility.await().until(model.mayRun::hasQueuedThreads);
        time.pass(Duration.ofSeconds(30));
        error(hangs.get(), 504, "server_error", null, "deadline");
        error(embed(client, "a"), 503, "server_error", null, "unavailable");
        assertThat(client.get("/models/words/health").expect(503).text("status")).isEqualTo("down");
        model.mayRun.release(100);
        Awaitility.await().until(() -> client.get("/models/words/health").status() == 200);
        vectors(embed(client, "a"), "a");
    }

    @Test
    void the_models_are_listed_for_openais_clients_and_with_the_others() throws Exception {
        TestTime time = TestTime.start();
        TestClient client = start(Carrel.app("vectors").embeddings("words", model)
                .model("plain", plain()).embeddings("more-words", new TestEmbedder()), time).client();
        JsonNode list = client.get("/v1/models").expect(200).json();
        assertThat(list.path("object").asString()).isEqualTo("list");
        assertThat(StreamSupport.stream(list.path("data").spliterator(), false).map(it -> it.path("id").asString()))
                .containsExactly("words", "more-words");
        JsonNode one = client.get("/v1/models/words").expect(200).json();
        assertThat(one).isEqualTo(list.path("data").get(0));
        assertThat(one.path("object").asString()).isEqualTo("model");
        assertThat(one.path("owned_by").asString()).isEqualTo("vectors");
        assertThat(one.path("created").asLong()).isPositive();
        error(client.get("/v1/models/plain"), 404, "invalid_request_error", null, "model_not_found");
        error(client.post("/v1/embeddings", Map.of("model", "plain", "input", "a")), 404, "invalid_request_error", null,
                "model_not_found");
        JsonNode all = client.get("/models").expect(200).json().path("models");
        assertThat(StreamSupport.stream(all.spliterator(), false).map(it -> it.path("name").asString()))
                .containsExactly("words", "plain", "more-words");
        assertThat(client.get("/models/words/health").expect(200).text("status")).isEqualTo("up");
        model.healthy.set(false);
        time.pass(Duration.ofSeconds(1));
        assertThat(client.get("/models/words/health").expect(503).text("status")).isEqualTo("down");
        Answer elsewhere = client.post("/models/words", Map.of("text", "a")).problem(404, "not-found", "");
        assertThat(elsewhere.text("detail")).contains("/v1/embeddings");
    }

    private static Model<String, String> plain() {
        return new Model<>() {
            @Override
            public String decode(JsonInput request, Attributes attributes) {
                return request.json();
            }

            @Override
            public List<Outcome<String>> run(List<Item<String>> items) {
                return items.stream().map(item -> item.<String>ok(item.input())).toList();
            }
        };
    }

    @Test
    void machines_are_told_what_the_routes_take() throws Exception {
        JsonNode paths = start().client().get("/openapi.json").expect(200).json().path("paths");
        assertThat(paths.propertyNames()).contains("/v1/models", "/v1/models/{model}");
        JsonNode post = paths.path("/v1/embeddings").path("post");
        JsonNode schema = post.path("requestBody").path("content").path("application/json").path("schema");
        assertThat(schema.path("properties").propertyNames()).containsExactlyInAnyOrder("model", "input",
                "encoding_format", "dimensions", "user");
        assertThat(schema.path("required").values().stream().map(JsonNode::asString)).containsExactlyInAnyOrder("model",
                "input");
        assertThat(schema.path("properties").path("input").path("anyOf").size()).isEqualTo(4);
        assertThat(post.path("responses").path("default").path("content").propertyNames())
                .containsExactly("application/json");
    }

    @Test
    void an_application_without_embeddings_has_no_such_paths_and_two_models_have_two_names() throws Exception {
        TestClient client = start(Carrel.app("none").model("plain", plain()), TimeSource.system()).client();
        error(client.get("/v1/models"), 404, "invalid_request_error", null, "not-found");
        assertThat(client.get("/openapi.json").expect(200).body()).doesNotContain("/v1");
        assertThatThrownBy(() -> Carrel.app("twice").model("plain", plain()).embeddings("plain", model))
                .hasMessageContaining("plain");
    }
}
