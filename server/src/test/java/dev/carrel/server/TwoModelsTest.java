package dev.carrel.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.context.Principal;

import static org.assertj.core.api.Assertions.assertThat;

/** Two models of one application, called by the same users at once: each has its own queue, workers and answers. */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class TwoModelsTest {
    private static final Named LEFT = new Named("left");
    private static final Named RIGHT = new Named("right");
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();
    private static TestServer server;

    private record Told(String model, int number, String user) {}

    /** Says its own name beside what it was told and by whom. */
    private static final class Named implements Model<Integer, Told> {
        final Semaphore mayRun = new Semaphore(1_000_000);
        final List<Integer> sizes = new CopyOnWriteArrayList<>();
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public Integer decode(JsonInput request, Attributes attributes) {
            return request.as(Integer.class);
        }

        @Override
        public List<Outcome<Told>> run(List<Item<Integer>> items) throws Exception {
            mayRun.acquire();
            sizes.add(items.size());
            return items.stream().map(item -> item
                    .ok(new Told(name, item.input(), Principal.of(item.context()).orElseThrow().user()))).toList();
        }
    }

    @BeforeAll
    static void start() {
        server = TestServer.inMemory(Carrel.app("two").model("left", LEFT, batches -> batches.maxItems(4))
                .model("right", RIGHT, batches -> batches.maxItems(4)));
    }

    @AfterAll
    static void stop() {
        LEFT.mayRun.release(1_000_000);
        THREADS.close();
        server.close();
    }

    private static Future<String> asking(TestClient client, String model, int number) {
        return THREADS.submit(() -> client.post("/models/" + model, number).expect(200).body());
    }

    private static String told(String model, int number, String user) {
        return JsonInput.write(new Told(model, number, user));
    }

    @Test
    void while_one_is_held_the_other_answers_at_once() throws Exception {
        TestClient alice = server.signedIn("alice");
        TestClient bob = server.signedIn("bob");
        LEFT.mayRun.drainPermits();
        List<Future<String>> held = new ArrayList<>();
        try {
            held.add(asking(alice, "left", 1));
            Awaitility.await().until(LEFT.mayRun::hasQueuedThreads);
            held.add(asking(alice, "left", 2));
            held.add(asking(bob, "left", 3));
            Awaitility.await().until(() -> server.waiting("left") == 2);
            for (int number = 10; number < 20; number++) {
                assertThat(asking(alice, "right", number).get()).isEqualTo(told("right", number, "alice"));
                assertThat(asking(bob, "right", -number).get()).isEqualTo(told("right", -number, "bob"));
            }
            assertThat(held).noneMatch(Future::isDone);
            assertThat(server.waiting("left")).isEqualTo(2);
            bob.get("/models/left/health").expect(200);
        } finally {
            LEFT.mayRun.release(1_000_000);
        }
        assertThat(held.get(0).get()).isEqualTo(told("left", 1, "alice"));
        assertThat(held.get(1).get()).isEqualTo(told("left", 2, "alice"));
        assertThat(held.get(2).get()).isEqualTo(told("left", 3, "bob"));
    }

    @Test
    void under_load_each_answers_its_own_callers_with_what_they_asked() throws Exception {
        Map<String, TestClient> users = Map.of("alice", server.signedIn("alice"), "bob", server.signedIn("bob"), "olga",
                server.signedIn("olga"));
        List<Future<String>> answers = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        for (int number = 0; number < 50; number++) {
            for (String user : List.of("alice", "bob", "olga")) {
                String model = (number + user.length()) % 2 == 0 ? "left" : "right";
                expected.add(told(model, number, user));
                answers.add(asking(Objects.requireNonNull(users.get(user)), model, number));
            }
        }
        for (int i = 0; i < expected.size(); i++) {
            assertThat(answers.get(i).get()).isEqualTo(expected.get(i));
        }
        assertThat(LEFT.sizes).allMatch(size -> size <= 4);
        assertThat(RIGHT.sizes).allMatch(size -> size <= 4);
    }
}
