package dev.carrel.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.batch.Batcher;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.context.Principal;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Users with state of their own whose calls run in one batch: each finds and changes its own. (Where the first of a batch lends
 * its state to all, as in Gradio 6.31, three of four see a stranger's, and three of four changes are lost.)
 */
@Timeout(120)
class BatchedStateTest {
    private static final StateKey<String> SECRET = StateKey.of("secret", "");
    private static final List<String> USERS = List.of("alice", "bob", "olga");

    private record Text(String text) {}

    private record Told(String before, String answer) {}

    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final Semaphore mayRun = new Semaphore(0);

    private List<Outcome<String>> answer(List<Item<String>> items) throws InterruptedException {
        mayRun.acquire();
        batches.add(items.size());
        return items.stream().map(item -> item.ok(item.input() + " of " + Principal.of(item.context()).orElseThrow()
                .user())).toList();
    }

    @Test
    void four_users_with_state_in_one_batch_find_and_change_their_own() throws Exception {
        Batcher<String, String> batcher = Batcher.of("answers", this::answer).start();
        App app = Carrel.app("state").chat("chat", (message, reply) -> reply.text("hello")).function("say", input -> {
            String before = Session.current().get(SECRET);
            String answer = batcher.call(input.as(Text.class).text());
            Session.current().set(SECRET, answer);
            return new Told(before, answer);
        });
        try (batcher;
                TestServer server = TestServer.inMemory(app);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<TestClient> clients = new ArrayList<>();
            List<String> names = new ArrayList<>(USERS);
            USERS.forEach(user -> clients.add(server.signedIn(user)));
            clients.add(server.client());
            names.add(clients.getLast().get("/me").expect(200).text("user"));
            List<String> sessions = new ArrayList<>();
            for (TestClient client : clients) {
                sessions.add(client.session());
            }
            for (String round : List.of("first", "second", "third")) {
                // Something holds the model, so that all of this round wait together.
                TestClient holder = server.client();
                String its = holder.session();
                Future<TestClient.Answer> held = threads
                        .submit(() -> holder.post(its + "/functions/say", Map.of("text", "held")));
                Awaitility.await().until(mayRun::hasQueuedThreads);
                List<Future<TestClient.Answer>> answers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    int me = i;
                    answers.add(threads.submit(() -> clients.get(me).post(sessions.get(me) + "/functions/say",
                            Map.of("text", round + " secret"))));
                }
                Awaitility.await().until(() -> batcher.waiting() == 4);
                mayRun.release(2);
                held.get().expect(200);
                for (int i = 0; i < 4; i++) {
                    TestClient.Answer answer = answers.get(i).get().expect(200);
                    assertThat(answer.text("answer")).isEqualTo(round + " secret of " + names.get(i));
                    assertThat(answer.text("before")).isEqualTo(round.equals("first")
                            ? ""
                            : (round.equals("second") ? "first" : "second") + " secret of " + names.get(i));
                }
            }
            assertThat(batches).containsExactly(1, 4, 1, 4, 1, 4);
        } finally {
            mayRun.release(100);
        }
    }
}
