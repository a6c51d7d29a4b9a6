package dev.carrel.server;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;

import static org.assertj.core.api.Assertions.assertThat;

/** G12: overload is refused early, with Retry-After; memory stays bounded. */
class G12OverloadTest {
    private static final int CALLERS = 60;
    private static final int WAITING = 16;

    private record Ask(int number, String text) {}

    /** Answers with the number that it was asked, once the gate is open; remembers what it has decoded as long as anybody else does. */
    private static final class Held implements Model<Ask, Integer> {
        final CountDownLatch gate = new CountDownLatch(1);
        final Queue<WeakReference<Ask>> decoded = new ConcurrentLinkedQueue<>();

        @Override
        public Ask decode(JsonInput request, Attributes attributes) {
            Ask ask = request.as(Ask.class);
            decoded.add(new WeakReference<>(ask));
            return ask;
        }

        @Override
        public List<Outcome<Integer>> run(List<Item<Ask>> items) throws InterruptedException {
            gate.await();
            return items.stream().map(item -> item.ok(item.input().number())).toList();
        }

        long remembered() {
            System.gc();
            return decoded.stream().filter(each -> each.get() != null).count();
        }
    }

    @Test
    void of_many_callers_those_beyond_the_queue_are_refused_and_hold_nothing_and_the_others_are_answered()
            throws Exception {
        var model = new Held();
        App app = Carrel.app("crowd").model("echo", model, batches -> batches.maxItems(4).maxWaiting(WAITING));
        try (var server = TestServer.inMemory(app); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            TestClient alice = server.client();
            alice.get("/me").expect(200);
            List<Future<TestClient.Answer>> answers = new ArrayList<>();
            String large = "x".repeat(32 * 1024);
            for (int i = 0; i < CALLERS; i++) {
                int number = i;
                answers.add(threads
                        .submit(() -> alice.post("/models/echo", Map.of("number", number, "text", large))));
            }
            // A worker has taken from one to a whole batch.
            Awaitility.await().until(() -> answers.stream().filter(Future::isDone).count()
                    + server.waiting("echo") >= CALLERS - 4);
            int waiting = server.waiting("echo");
            Awaitility.await().until(() -> model.remembered() <= waiting + 4);
            model.gate.countDown();
            assertThat(waiting).isEqualTo(WAITING);
            int answered = 0;
            for (int i = 0; i < CALLERS; i++) {
                TestClient.Answer answer = answers.get(i).get();
                if (answer.status() == 200) {
                    answered++;
                    assertThat(answer.body()).isEqualTo(Integer.toString(i));
                } else {
                    answer.problem(429, "overloaded", "");
                    assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
                }
            }
            assertThat(answered).isBetween(WAITING + 1, WAITING + 4);
            alice.post("/models/echo", Map.of("number", 7, "text", "")).expect(200);
            Awaitility.await().until(() -> model.remembered() == 0);
        }
    }

    @Test
    void too_many_open_turns_of_a_session_are_refused_and_those_that_were_taken_are_answered() throws IOException {
        var app = new TestApp();
        try (var server = TestServer.inMemory(app.app(Duration.ofMinutes(1), 4))) {
            TestClient client = server.client();
            String session = client.session();
            client.message(session, "m0", "hold full").expect(202);
            for (int i = 1; i < 4; i++) {
                client.message(session, "m" + i, "count").expect(202);
            }
            TestClient.Answer refused = client.message(session, "m4", "count").problem(429, "overloaded", "");
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
            // A repeat of what was taken is no new turn, and another session is another matter.
            client.message(session, "m3", "count").expect(202);
            String other = client.session();
            client.ask(other, "count");
            assertThat(client.get(session).json().path("turns").size()).isEqualTo(4);
            app.open("full");
            try (TestEvents events = client.events(session, null)) {
                String last = client.message(session, "m3", "count").expect(202).text("turn");
                assertThat(events.untilClosed(last).getLast().kind()).isEqualTo("committed");
            }
            client.message(session, "m4", "count").expect(202);
        }
    }
}
