package dev.carrel.server;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

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
import dev.carrel.batch.Attribute;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.context.Principal;
import dev.carrel.error.InvalidInputException;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.test.TestTime;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Models over HTTP, as clients call them: many at once, in batches, each with its own context and its own outcome. */
@Timeout(120)
class ModelsTest {
    private static final Attribute<String> TRACE = Attribute.of("trace", String.class);

    /** The sizes of the batches that ran. */
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private final Semaphore mayRun = new Semaphore(1_000_000);
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicReference<Callable<Boolean>> healthy = new AtomicReference<>(() -> true);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable TestServer server;

    private record Ask(long x, @Nullable String mode) {}

    private record Told(long square, String user, String trace) {}

    /** Squares. Notes its steps on each request, and looks at each that it finds its own only. */
    private class Square implements Model<Ask, Long> {
        @Override
        public Ask decode(JsonInput request, Attributes attributes) {
            Ask ask = request.as(Ask.class);
            if (ask.x() > 1_000_000) {
                throw InvalidInputException.field("x", "is too large: " + ask.x());
            }
            if ("decode fails".equals(ask.mode())) {
                throw new IllegalStateException("secret 4711");
            }
            if (attributes.get(TRACE).isPresent()) {
                wrong.add("began with " + attributes.get(TRACE));
            }
            attributes.put(TRACE, "decoded " + ask.x() + " for " + Principal.current().user());
            return ask;
        }

        @Override
        public List<Outcome<Long>> run(List<Item<Ask>> items) throws Exception {
            mayRun.acquire();
            batches.add(items.size());
            if (Principal.find().isPresent()) {
                wrong.add("the batch ran as " + Principal.current());
            }
            List<Outcome<Long>> outcomes = new ArrayList<>();
            for (Item<Ask> item : items) {
                String user = Principal.of(item.context()).orElseThrow().user();
                long x = item.input().x();
                if (!item.attributes().get(TRACE).equals(Optional.of("decoded " + x + " for " + user))) {
                    wrong.add(user + " found " + item.attributes().get(TRACE));
                }
                item.attributes().put(TRACE, "squared " + x + " for " + user);
                outcomes.add("item fails".equals(item.input().mode())
                        ? item.failed(new IllegalStateException("secret 4711"))
                        : item.ok(x * x));
            }
            if (items.stream().anyMatch(item -> "batch fails".equals(item.input().mode()))) {
                throw new IllegalStateException("secret 4711 of " + items.size());
            }
            if (items.stream().anyMatch(item -> "one too few".equals(item.input().mode()))) {
                outcomes.removeLast();
            }
            return outcomes;
        }

        @Override
        public Object encode(Long output, Attributes attributes) {
            return new Told(output, Principal.current().user(), attributes.get(TRACE).orElse("none")
                    + attributes.get(HEADERS).orElseThrow().get("X-Extra").map(it -> " " + it).orElse("")
                    + attributes.get(HEADERS).orElseThrow().get("Cookie").map(it -> " leaked " + it).orElse(""));
        }

        @Override
        public boolean healthy() throws Exception {
            return healthy.get().call();
        }
    }

    @AfterEach
    void stop() {
        over.countDown();
        mayRun.release(1_000_000);
        threads.close();
        if (server != null) {
            server.close();
        }
    }

    private TestServer start(App app) {
        return start(app, TimeSource.system());
    }

    private TestServer start(App app, TimeSource time) {
        server = TestServer.on(new MemoryStore(time), app, KeyRing.random(), time);
        return server;
    }

    private App app(int maxItems) {
        return Carrel.app("models").model("square", new Square(), batches -> batches.maxItems(maxItems).maxWaiting(20));
    }

    private static TestClient.Answer ask(TestClient client, long x, @Nullable String mode) throws IOException {
        return client.post("/models/square", mode == null ? Map.of("x", x) : Map.of("x", x, "mode", mode));
    }

    private Future<TestClient.Answer> asking(TestClient client, long x, @Nullable String mode) {
        return threads.submit(() -> ask(client, x, mode));
    }

    /** Asks, and waits until that waits in the queue. */
    private Future<TestClient.Answer> queued(TestClient client, long x, @Nullable String mode) {
        int before = server().waiting("square");
        Future<TestClient.Answer> answer = asking(client, x, mode);
        Awaitility.await().until(() -> server().waiting("square") == before + 1 || answer.isDone());
        assertThat(answer).as("it waits").isNotDone();
        return answer;
    }

    /** Has a batch of one hold the model, and others wait behind it until as many may run as are released. */
    private Future<TestClient.Answer> hold(TestClient client) {
        mayRun.drainPermits();
        Future<TestClient.Answer> first = asking(client, 1, null);
        Awaitility.await().until(mayRun::hasQueuedThreads);
        return first;
    }

    private static void squared(Future<TestClient.Answer> answer, long x) throws Exception {
        assertThat(answer.get().expect(200).json().path("square").asLong()).isEqualTo(x * x);
    }

    @Test
    void two_that_wait_run_in_one_batch_and_each_is_told_its_own() throws Exception {
        start(app(2));
        TestClient alice = server().signedIn("alice");
        TestClient bob = server().signedIn("bob");
        Future<TestClient.Answer> first = hold(alice);
        Future<TestClient.Answer> hers = queued(alice, 3, null);
        Future<TestClient.Answer> his = queued(bob, 4, null);
        Future<TestClient.Answer> third = queued(alice, 5, null);
        mayRun.release(100);
        squared(first, 1);
        JsonNode told = hers.get().expect(200).json();
        assertThat(told.path("user").asString()).isEqualTo("alice");
        assertThat(told.path("trace").asString()).isEqualTo("squared 3 for alice");
        told = his.get().expect(200).json();
        assertThat(told.path("user").asString()).isEqualTo("bob");
        assertThat(told.path("trace").asString()).isEqualTo("squared 4 for bob");
        squared(third, 5);
        assertThat(batches).containsExactly(1, 2, 1);
        assertThat(wrong).isEmpty();
    }

    private TestServer server() {
        return java.util.Objects.requireNonNull(server);
    }

    @Test
    void a_model_without_batches_runs_each_call_alone() throws Exception {
        start(Carrel.app("models").model("square", new Square()));
        TestClient alice = server().signedIn("alice");
        List<Future<TestClient.Answer>> answers = new ArrayList<>(List.of(hold(alice)));
        answers.add(queued(alice, 2, null));
        answers.add(queued(alice, 3, null));
        mayRun.release(100);
        for (int i = 0; i < 3; i++) {
            squared(answers.get(i), i + 1);
        }
        assertThat(batches).containsExactly(1, 1, 1);
    }

    @Test
    void many_users_at_once_are_each_told_their_own() throws Exception {
        start(Carrel.app("models").model("square", new Square(), batches -> batches.maxItems(8).workers(2)));
        List<Future<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 26; i++) {
            int me = i;
            TestClient client = server().client();
            all.add(threads.submit(() -> {
                String user = client.get("/me").expect(200).text("user");
                for (int n = 0; n < 20; n++) {
                    long x = 1_000L * me + n;
                    JsonNode told = ask(client, x, null).expect(200).json();
                    if (told.path("square").asLong() != x * x || !told.path("user").asString().equals(user)
                            || !told.path("trace").asString().equals("squared " + x + " for " + user)) {
                        wrong.add(user + " was told " + told);
                    }
                }
                return true;
            }));
        }
        for (Future<Boolean> each : all) {
            each.get();
        }
        assertThat(wrong).isEmpty();
        assertThat(batches.stream().mapToInt(it -> it).sum()).isEqualTo(26 * 20);
    }

    @Test
    void what_is_wrong_with_one_is_told_to_its_caller_only() throws Exception {
        start(app(8));
        TestClient alice = server().signedIn("alice");
        TestClient bob = server().signedIn("bob");
        Future<TestClient.Answer> first = hold(alice);
        Future<TestClient.Answer> fine = queued(alice, 3, null);
        Future<TestClient.Answer> failed = queued(bob, 4, "item fails");
        ask(bob, 2_000_000, null).problem(422, "invalid", "x");
        ask(bob, 2, "decode fails").problem(500, "internal", "");
        bob.raw("/models/square", "{").problem(400, "malformed", "");
        mayRun.release(100);
        squared(first, 1);
        squared(fine, 3);
        assertThat(failed.get().problem(500, "internal", "").body()).doesNotContain("4711");
        assertThat(batches).as("what could not be decoded was in no batch").containsExactly(1, 2);
        squared(asking(alice, 5, null), 5);
    }

    @Test
    void a_batch_that_fails_or_loses_an_outcome_is_told_to_all_of_it_without_a_word_of_another() throws Exception {
        start(app(8));
        TestClient alice = server().signedIn("alice");
        TestClient bob = server().signedIn("bob");
        for (String mode : List.of("batch fails", "one too few")) {
            Future<TestClient.Answer> first = hold(alice);
            Future<TestClient.Answer> hers = queued(alice, 3, null);
            Future<TestClient.Answer> his = queued(bob, 4, mode);
            mayRun.release(100);
            squared(first, 1);
            for (Future<TestClient.Answer> each : List.of(hers, his)) {
                assertThat(each.get().problem(500, "internal", "").body()).doesNotContain("4711", "outcome");
            }
            squared(asking(alice, 5, null), 5);
        }
    }

    @Test
    void a_full_queue_is_refused_with_the_time_to_come_again() throws Exception {
        start(Carrel.app("models").model("square", new Square(), batches -> batches.maxItems(1).maxWaiting(2)));
        TestClient alice = server().signedIn("alice");
        Future<TestClient.Answer> first = hold(alice);
        List<Future<TestClient.Answer>> waiting = new ArrayList<>();
        for (int i = 2; i <= 3; i++) {
            waiting.add(queued(alice, i, null));
        }
        TestClient.Answer refused = ask(alice, 9, null).problem(429, "overloaded", "");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
        mayRun.release(100);
        squared(first, 1);
        squared(waiting.get(0), 2);
        squared(waiting.get(1), 3);
    }

    @Test
    void what_takes_too_long_answers_504_whether_it_runs_or_waits_and_what_waited_is_not_computed() throws Exception {
        TestTime time = TestTime.start();
        start(app(1), time);
        TestClient alice = server().client();
        Future<TestClient.Answer> runs = hold(alice);
        Future<TestClient.Answer> waits = queued(alice, 2, null);
        time.pass(Duration.ofSeconds(30));
        runs.get().problem(504, "deadline", "");
        waits.get().problem(504, "deadline", "");
        mayRun.release(100);
        squared(asking(alice, 3, null), 3);
        assertThat(batches).as("what ran was interrupted, what waited never began").containsExactly(1);
    }

    @Test
    void a_call_that_waits_is_answered_at_once_when_its_caller_stops_it() throws Exception {
        start(app(1));
        TestClient alice = server().signedIn("alice");
        Future<TestClient.Answer> first = hold(alice);
        Future<TestClient.Answer> named = threads.submit(() -> alice.send(alice.request("/models/square")
                .header("Content-Type", "application/json").header("Carrel-Call", "second")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"x\": 2}")).build()));
        Awaitility.await().until(() -> server().waiting("square") == 1);
        server().signedIn("bob").delete("/models/square/calls/second").problem(404, "not-found", "");
        alice.delete("/models/square/calls/second").expect(204);
        named.get().problem(409, "cancelled", "");
        assertThat(server().waiting("square")).isZero();
        mayRun.release(100);
        squared(first, 1);
        assertThat(batches).as("it was never computed").containsExactly(1);
    }

    @Test
    void health_is_asked_again_after_a_second_and_a_model_that_fails_to_tell_is_down() throws Exception {
        TestTime time = TestTime.start();
        start(app(1), time);
        TestClient anybody = server().client();
        assertThat(anybody.get("/models/square/health").expect(200).text("status")).isEqualTo("up");
        healthy.set(() -> false);
        assertThat(anybody.get("/models/square/health").expect(200).text("status")).isEqualTo("up");
        time.pass(Duration.ofSeconds(1));
        assertThat(anybody.get("/models/square/health").expect(503).text("status")).isEqualTo("down");
        assertThat(anybody.get("/models").expect(200).json().path("models").get(0).path("status").asString())
                .isEqualTo("down");
        healthy.set(() -> {
            throw new IllegalStateException("secret 4711");
        });
        time.pass(Duration.ofSeconds(1));
        assertThat(anybody.get("/models/square/health").expect(503).body()).doesNotContain("4711");
        healthy.set(() -> true);
        time.pass(Duration.ofSeconds(1));
        assertThat(anybody.get("/models").expect(200).json().path("models").get(0).path("name").asString())
                .isEqualTo("square");
        anybody.get("/models/other/health").problem(404, "not-found", "");
        anybody.post("/models/other", Map.of("x", 1)).problem(404, "not-found", "");
        anybody.get("/models/square").problem(405, "method-not-allowed", "");
        assertThat(anybody.get("/openapi.json").expect(200).json().path("paths").has("/models/{name}")).isTrue();
    }

    @Test
    void however_many_ask_for_its_health_a_model_is_asked_once_and_for_nobody() throws Exception {
        TestTime time = TestTime.start();
        start(app(1), time);
        var asked = new AtomicInteger();
        var open = new CountDownLatch(1);
        healthy.set(() -> {
            asked.incrementAndGet();
            open.await();
            return Principal.find().isEmpty();
        });
        TestClient alice = server().signedIn("alice");
        List<Future<TestClient.Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String path = i % 2 == 0 ? "/models/square/health" : "/models";
            answers.add(threads.submit(() -> alice.get(path)));
        }
        Awaitility.await().until(() -> asked.get() >= 1);
        open.countDown();
        for (Future<TestClient.Answer> answer : answers) {
            assertThat(answer.get().expect(200).body()).contains("\"up\"");
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    void a_plan_is_a_matter_of_who_signed_in_and_no_header_gives_anybody_one() throws Exception {
        List<String> served = new CopyOnWriteArrayList<>();
        start(Carrel.app("models").model("square", new Square() {
            @Override
            public List<Outcome<Long>> run(List<Item<Ask>> items) throws Exception {
                List<Outcome<Long>> outcomes = super.run(items);
                items.forEach(item -> served.add(Principal.of(item.context()).orElseThrow().user()));
                return outcomes;
            }
        }, batches -> batches.maxItems(1).plan(principal -> principal.roles().contains("operator") ? 3 : 1)));
        TestClient alice = server().signedIn("alice");
        TestClient olga = server().signedIn("olga");
        List<Future<TestClient.Answer>> answers = new ArrayList<>(List.of(hold(server().signedIn("bob"))));
        for (int i = 0; i < 3; i++) {
            int before = server().waiting("square");
            answers.add(threads.submit(() -> alice.send(alice.request("/models/square")
                    .header("Content-Type", "application/json").header("X-Priority", "9").header("X-Plan", "operator")
                    .header("X-Roles", "operator").header("X-User", "olga")
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"x\": 2}")).build())));
            Awaitility.await().until(() -> server().waiting("square") == before + 1);
        }
        for (int i = 0; i < 3; i++) {
            answers.add(queued(olga, 3, null));
        }
        mayRun.release(100);
        for (Future<TestClient.Answer> answer : answers) {
            answer.get().expect(200);
        }
        assertThat(served).containsExactly("bob", "alice", "olga", "olga", "olga", "alice", "alice");
    }

    @Test
    void a_hundred_requests_may_be_decoded_at_once_beside_one_worker() throws Exception {
        var all = new java.util.concurrent.CyclicBarrier(100);
        start(Carrel.app("models").model("square", new Square() {
            @Override
            public Ask decode(JsonInput request, Attributes attributes) {
                try {
                    all.await(60, java.util.concurrent.TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                return super.decode(request, attributes);
            }
        }, batches -> batches.maxItems(8)));
        List<Future<TestClient.Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(asking(server().client(), i, null));
        }
        for (int i = 0; i < 100; i++) {
            squared(answers.get(i), i);
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void headers_reach_the_model_but_for_those_that_tell_who_is_asking() throws Exception {
        start(app(1));
        TestClient alice = server().signedIn("alice");
        JsonNode told = alice.send(alice.request("/models/square").header("Content-Type", "application/json")
                .header("x-extra", "of alice").POST(java.net.http.HttpRequest.BodyPublishers.ofString("{\"x\": 7}"))
                .build()).expect(200).json();
        assertThat(told.path("trace").asString()).isEqualTo("squared 7 for alice of alice");
    }

    @Test
    void an_application_without_models_has_no_such_paths_and_one_whose_model_cannot_be_set_up_does_not_start()
            throws Exception {
        start(Carrel.app("none").chat("chat", (message, reply) -> reply.text("hello")));
        server().client().get("/models").problem(404, "not-found", "");
        App broken = Carrel.app("broken").model("square", new Square() {
            @Override
            public void setup() {
                throw new IllegalStateException("no model file");
            }
        });
        assertThatThrownBy(() -> TestServer.inMemory(broken)).hasMessageContaining("square")
                .hasMessageContaining("no model file");
    }
}
