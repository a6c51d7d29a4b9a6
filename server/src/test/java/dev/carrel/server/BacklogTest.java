package dev.carrel.server;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Models that are asked for more than they can do at once: in which order it is done, for how long it waits, who is told what. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class BacklogTest {
    private static final Held ONE = new Held();
    private static final Held PLANS = new Held();
    private static final Held PATIENT = new Held();
    private static final Held AGED = new Held();
    private static final Held WINDOW = new Held();
    private static final Breaking BREAKING = new Breaking();
    private static final List<Held> ALL = List.of(ONE, PLANS, PATIENT, AGED, WINDOW);
    private static final TestTime TIME = TestTime.start();
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();
    private static TestServer server;
    private static TestClient bob;

    private abstract static class Numbers implements Model<Integer, Integer> {
        @Override
        public Integer decode(JsonInput request, Attributes attributes) {
            return request.as(Integer.class);
        }
    }

    /** Says what it was told, once it may; keeps to no interrupt. */
    private static final class Held extends Numbers {
        final Semaphore mayRun = new Semaphore(1_000_000);
        final List<List<Integer>> batches = new CopyOnWriteArrayList<>();

        @Override
        public List<Outcome<Integer>> run(List<Item<Integer>> items) {
            batches.add(items.stream().map(Item::input).toList());
            mayRun.acquireUninterruptibly();
            return items.stream().map(item -> item.ok(item.input())).toList();
        }
    }

    /** Breaks of what is below zero; of the others it begins with what it is told once both of its workers have something. */
    private static final class Breaking extends Numbers {
        final Set<Thread> workers = ConcurrentHashMap.newKeySet();
        final CountDownLatch broken = new CountDownLatch(1);
        volatile CountDownLatch both = new CountDownLatch(2);

        @Override
        public List<Outcome<Integer>> run(List<Item<Integer>> items) throws Exception {
            if (workers.add(Thread.currentThread())) {
                both.countDown();
            }
            assertThat(both.await(20, TimeUnit.SECONDS)).as("both workers work").isTrue();
            if (items.stream().anyMatch(item -> item.input() < 0)) {
                throw new StackOverflowError("secret 4711");
            }
            broken.await();
            return items.stream().map(item -> item.ok(item.input())).toList();
        }
    }

    @BeforeAll
    static void start() {
        App app = Carrel.app("backlog").model("one", ONE)
                .model("plans", PLANS, batches -> batches.maxItems(1)
                        .plan(principal -> principal.roles().contains("operator") ? 2 : 1))
                .model("patient", new Model<Integer, Integer>() {
                    @Override
                    public Integer decode(JsonInput request, Attributes attributes) {
                        return PATIENT.decode(request, attributes);
                    }

                    @Override
                    public List<Outcome<Integer>> run(List<Item<Integer>> items) {
                        return PATIENT.run(items);
                    }

                    @Override
                    public Duration within() {
                        return Duration.ofDays(36_500);
                    }
                }).model("aged", AGED, batches -> batches.maxItems(8).limit(Duration.ofHours(1)))
                .model("window", WINDOW, batches -> batches.maxItems(4).window(Duration.ofSeconds(20)))
                .model("breaking", BREAKING, batches -> batches.maxItems(1).workers(2));
        server = TestServer.on(new MemoryStore(TIME), app, KeyRing.random(), TIME);
        bob = server.signedIn("bob");
    }

    @AfterAll
    static void stop() {
        ALL.forEach(model -> model.mayRun.release(1_000_000));
        BREAKING.broken.countDown();
        THREADS.close();
        server.close();
    }

    private static Future<TestClient.Answer> asking(TestClient client, String model, int number) {
        return THREADS.submit(() -> client.post("/models/" + model, number));
    }

    private static ConditionFactory soon() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    /** Asks, and waits until that waits in the queue. */
    private static Future<TestClient.Answer> queued(TestClient client, String model, int number) {
        int before = server.waiting(model);
        Future<TestClient.Answer> answer = asking(client, model, number);
        soon().until(() -> server.waiting(model) == before + 1);
        return answer;
    }

    /** Has the model run on this, and others wait behind it until it may end. */
    private static Future<TestClient.Answer> hold(Held model, String name, int number) {
        model.batches.clear();
        model.mayRun.drainPermits();
        Future<TestClient.Answer> first = asking(bob, name, number);
        soon().until(model.mayRun::hasQueuedThreads);
        return first;
    }

    private static void answered(List<Future<TestClient.Answer>> answers, int first) throws Exception {
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get().expect(200).body()).isEqualTo(Integer.toString(first + i));
        }
    }

    private static List<Integer> order(Held model) {
        return model.batches.stream().flatMap(List::stream).toList();
    }

    @Test
    void what_waits_is_answered_in_the_order_in_which_it_came() throws Exception {
        List<Future<TestClient.Answer>> answers = new ArrayList<>(List.of(hold(ONE, "one", 0)));
        for (int number = 1; number <= 30; number++) {
            answers.add(queued(bob, "one", number));
        }
        ONE.mayRun.release(1_000_000);
        answered(answers, 0);
        assertThat(order(ONE)).containsExactlyElementsOf(IntStream.rangeClosed(0, 30).boxed().toList());
    }

    @Test
    void a_burst_of_some_callers_delays_those_of_another_plan_by_no_more_than_a_round() throws Exception {
        List<Future<TestClient.Answer>> answers = new ArrayList<>(List.of(hold(PLANS, "plans", 0)));
        for (int number = 1; number <= 30; number++) {
            answers.add(queued(bob, "plans", number));
        }
        answers.add(queued(server.signedIn("olga"), "plans", 31));
        PLANS.mayRun.release(1_000_000);
        answered(answers, 0);
        assertThat(order(PLANS).indexOf(31)).as("before it the one that ran, and one of the burst").isLessThan(3);
    }

    @Test
    void with_a_window_a_backlog_runs_in_whole_batches_and_none_of_them_waits() throws Exception {
        WINDOW.mayRun.drainPermits();
        List<Future<TestClient.Answer>> answers = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            answers.add(asking(bob, "window", number));
        }
        soon().until(WINDOW.mayRun::hasQueuedThreads);
        for (int number = 4; number < 12; number++) {
            answers.add(queued(bob, "window", number));
        }
        WINDOW.mayRun.release(1_000_000);
        // The clock stands: whoever waited for the window's end would wait for ever.
        answered(answers, 0);
        assertThat(WINDOW.batches).hasSize(3).allMatch(batch -> batch.size() == 4);
    }

    @Test
    void of_those_that_wait_in_one_queue_only_the_one_whose_time_is_over_is_told_so() throws Exception {
        Future<TestClient.Answer> runs = hold(AGED, "aged", 1);
        Future<TestClient.Answer> aged = queued(bob, "aged", 2);
        TIME.pass(Duration.ofSeconds(20));
        Future<TestClient.Answer> fresh = queued(bob, "aged", 3);
        TIME.pass(Duration.ofSeconds(11));
        runs.get().problem(504, "deadline", "");
        aged.get().problem(504, "deadline", "");
        assertThat(fresh).isNotDone();
        AGED.mayRun.release(1_000_000);
        answered(List.of(fresh), 3);
        assertThat(AGED.batches).containsExactly(List.of(1), List.of(3));
    }

    @Test
    void a_model_whose_time_is_as_good_as_endless_times_nobody_out() throws Exception {
        List<Future<TestClient.Answer>> answers = new ArrayList<>(List.of(hold(PATIENT, "patient", 0)));
        answers.add(queued(bob, "patient", 1));
        TIME.pass(Duration.ofDays(400));
        assertThat(answers).noneMatch(Future::isDone);
        PATIENT.mayRun.release(1_000_000);
        answered(answers, 0);
    }

    @Test
    void a_call_that_runs_is_answered_at_once_when_its_caller_stops_it() throws Exception {
        ONE.batches.clear();
        ONE.mayRun.drainPermits();
        Future<TestClient.Answer> runs = THREADS.submit(() -> bob.send(bob.request("/models/one")
                .header("Content-Type", "application/json").header("Carrel-Call", "mine")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString("7")).build()));
        soon().until(ONE.mayRun::hasQueuedThreads);
        Future<TestClient.Answer> waits = queued(bob, "one", 8);
        server.signedIn("alice").delete("/models/one/calls/mine").problem(404, "not-found", "");
        bob.delete("/models/one/calls/mine").expect(204);
        runs.get().problem(409, "cancelled", "");
        assertThat(ONE.batches).as("the model has not even ended").containsExactly(List.of(7));
        ONE.mayRun.release(1_000_000);
        answered(List.of(waits), 8);
    }

    @Test
    void a_worker_whose_model_throws_an_error_is_replaced_and_who_was_with_another_is_answered() throws Exception {
        Future<TestClient.Answer> breaks = asking(bob, "breaking", -1);
        Future<TestClient.Answer> fine = asking(bob, "breaking", 1);
        assertThat(breaks.get().problem(500, "internal", "").body()).doesNotContain("4711");
        assertThat(fine).as("another worker's").isNotDone();
        BREAKING.workers.clear();
        BREAKING.both = new CountDownLatch(2);
        BREAKING.broken.countDown();
        List<Future<TestClient.Answer>> answers = new ArrayList<>(List.of(fine));
        for (int number = 2; number <= 51; number++) {
            answers.add(asking(bob, "breaking", number));
        }
        answered(answers, 1);
        assertThat(BREAKING.workers).hasSize(2);
        bob.get("/models/breaking/health").expect(200);
    }

    @Test
    void a_hundred_calls_on_one_connection_are_answered_one_after_the_other() throws Exception {
        ONE.mayRun.release(1_000);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort())) {
            socket.setSoTimeout(20_000);
            var in = new BufferedInputStream(socket.getInputStream());
            for (int number = 1_000; number < 1_100; number++) {
                socket.getOutputStream().write(("POST /models/one HTTP/1.1\r\nHost: localhost\r\nCookie: "
                        + bob.cookie() + "\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n" + number)
                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(head(in)).startsWith("HTTP/1.1 200 ").containsIgnoringCase("\r\nContent-Length: 4\r\n");
                assertThat(new String(in.readNBytes(4), StandardCharsets.US_ASCII)).isEqualTo("" + number);
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            assertThat(read).as("the connection was closed after " + head).isNotNegative();
            head.append((char) read);
        }
        return head.toString();
    }

    @Test
    void an_application_whose_batches_cannot_be_does_not_start_and_its_author_is_told_what_is_wrong() {
        Map<String, Consumer<BatcherBuilder<Integer, Integer>>> wrong = Map.of("maxItems", it -> it.maxItems(0),
                "maxCost", it -> it.maxCost(-1, input -> 1), "workers", it -> it.workers(0), "maxWaiting",
                it -> it.maxWaiting(0), "limit", it -> it.limit(Duration.ZERO), "window",
                it -> it.window(Duration.ofSeconds(31)));
        wrong.forEach((what, description) -> assertThatThrownBy(
                () -> TestServer.inMemory(Carrel.app("wrong").model("wrong", new Held(), description)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(what));
        assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("batch-wrong"));
    }
}
