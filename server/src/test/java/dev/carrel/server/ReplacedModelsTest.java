package dev.carrel.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.app.Models;
import dev.carrel.app.StreamingModel;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Step;
import dev.carrel.error.NotFoundException;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Models that are loaded, replaced and unloaded while they are called. */
@Timeout(120)
class ReplacedModelsTest {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore gate = new Semaphore(0);
    private final Semaphore decoding = new Semaphore(1_000_000);
    private final Semaphore encoding = new Semaphore(1_000_000);
    /** The numbers of those that were told that nobody uses them, the streaming ones 100 higher. */
    private final List<Integer> closed = new CopyOnWriteArrayList<>();
    private TestServer server;

    /** Says which one it is; the first of them waits at a gate. */
    private final class Version implements Model<String, Integer> {
        private final int number;

        Version(int number) {
            this.number = number;
        }

        @Override
        public String decode(JsonInput request, Attributes attributes) throws Exception {
            decoding.acquire();
            return "";
        }

        @Override
        public List<Outcome<Integer>> run(List<Item<String>> items) throws Exception {
            if (number == 0) {
                gate.acquire();
            }
            return items.stream().map(item -> item.ok(number)).toList();
        }

        @Override
        public Object encode(Integer output, Attributes attributes) throws Exception {
            encoding.acquire();
            return output;
        }

        @Override
        public void closed() {
            closed.add(number);
        }
    }

    /** A stream of its number, twice, with the gate between. */
    private final class Twice implements StreamingModel<String, Integer> {
        private final int number;

        Twice(int number) {
            this.number = number;
        }

        @Override
        public String decode(JsonInput request, Attributes attributes) {
            return "";
        }

        @Override
        public List<Outcome<Step<Integer>>> run(List<Item<String>> items) throws Exception {
            gate.acquire();
            return items.stream().map(item -> item.ok(Step.piece(number))).toList();
        }

        @Override
        public void closed() {
            closed.add(100 + number);
        }
    }

    @BeforeEach
    void start() {
        App app = Carrel.app("versions").model("version", new Version(0), batches -> batches.maxItems(4))
                .streamingModel("twice", new Twice(0), batches -> batches.maxItems(4));
        server = TestServer.on(new MemoryStore(TimeSource.system()), app, KeyRing.random(), TimeSource.system());
    }

    @AfterEach
    void stop() {
        gate.release(1_000_000);
        decoding.release(1_000_000);
        encoding.release(1_000_000);
        threads.close();
        server.close();
    }

    private Models models() {
        return server.models();
    }

    private void load(int number) {
        models().load(app -> app.model("version", new Version(number), batches -> batches.maxItems(4)));
    }

    private static int ask(TestClient client) throws Exception {
        return Integer.parseInt(client.post("/models/version", Map.of()).expect(200).body());
    }

    @Test
    void who_asked_the_old_one_is_answered_by_it_and_who_asks_later_by_the_new_one_at_once() throws Exception {
        TestClient alice = server.client();
        Future<Integer> old = threads.submit(() -> ask(alice));
        Awaitility.await().until(gate::hasQueuedThreads);
        load(1);
        assertThat(ask(server.client())).isEqualTo(1);
        assertThat(old).isNotDone();
        gate.release();
        assertThat(old.get()).isZero();
        Awaitility.await().until(() -> workers("version") == 1);
    }

    private static long workers(String model) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("batch-" + model)).count();
    }

    @Test
    void the_old_one_is_told_once_that_nobody_uses_it_after_its_last_caller_was_answered() throws Exception {
        TestClient alice = server.client();
        Future<Integer> old = threads.submit(() -> ask(alice));
        Awaitility.await().until(gate::hasQueuedThreads);
        encoding.drainPermits();
        load(1);
        gate.release();
        Awaitility.await().until(encoding::hasQueuedThreads);
        assertThat(closed).as("somebody still encodes what it made").isEmpty();
        encoding.release(1_000);
        assertThat(old.get()).isZero();
        Awaitility.await().until(() -> !closed.isEmpty());
        assertThat(ask(alice)).isEqualTo(1);
        models().unload("version");
        Awaitility.await().until(() -> closed.size() > 1);
        server.close();
        assertThat(closed).containsExactly(0, 1, 100);
    }

    @Test
    void who_is_still_answered_when_the_server_stops_has_the_model_until_then() throws Exception {
        TestClient alice = server.client();
        encoding.drainPermits();
        gate.release();
        Future<Integer> call = threads.submit(() -> ask(alice));
        Awaitility.await().until(encoding::hasQueuedThreads);
        Future<?> stopping = threads.submit(() -> models().close());
        Awaitility.await().until(() -> workers("version") == 0);
        assertThat(closed).isEmpty();
        encoding.release();
        assertThat(call.get()).isZero();
        stopping.get();
        assertThat(closed).containsExactly(0, 100);
    }

    @Test
    void who_was_on_the_way_to_the_old_one_is_answered_by_it() throws Exception {
        decoding.drainPermits();
        TestClient alice = server.client();
        Future<Integer> old = threads.submit(() -> ask(alice));
        Awaitility.await().until(decoding::hasQueuedThreads);
        load(1);
        decoding.release(2);
        assertThat(ask(server.client())).isEqualTo(1);
        gate.release();
        assertThat(old).succeedsWithin(java.time.Duration.ofSeconds(30)).isEqualTo(0);
    }

    @Test
    void under_load_no_call_fails_and_none_is_answered_by_what_was_replaced_before_it_came() throws Exception {
        gate.release(1_000_000);
        var loaded = new AtomicInteger();
        var over = new AtomicBoolean();
        List<Future<Integer>> callers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            TestClient client = server.client();
            callers.add(threads.submit(() -> {
                int calls = 0;
                while (!over.get()) {
                    int before = loaded.get();
                    assertThat(ask(client)).isGreaterThanOrEqualTo(before);
                    calls++;
                }
                return calls;
            }));
        }
        try {
            for (int number = 1; number <= 40; number++) {
                load(number);
                loaded.set(number);
            }
        } finally {
            over.set(true);
        }
        for (Future<Integer> caller : callers) {
            assertThat(caller.get()).isPositive();
        }
    }

    @Test
    void what_is_unloaded_is_not_there_and_still_answers_what_it_was_asked() throws Exception {
        TestClient alice = server.client();
        Future<Integer> old = threads.submit(() -> ask(alice));
        Awaitility.await().until(gate::hasQueuedThreads);
        models().unload("version");
        server.client().post("/models/version", Map.of()).problem(404, "not-found", "");
        server.client().get("/models/version/health").problem(404, "not-found", "");
        assertThat(models().names()).containsExactly("twice");
        assertThatThrownBy(() -> models().unload("version")).isInstanceOf(NotFoundException.class);
        gate.release();
        assertThat(old.get()).isZero();
        load(2);
        assertThat(ask(alice)).isEqualTo(2);
    }

    @Test
    void one_that_cannot_be_set_up_changes_nothing() throws Exception {
        gate.release(1_000);
        assertThatThrownBy(() -> models().load(app -> app.model("version", new Version(1)).model("other",
                new Model<String, Integer>() {
                    @Override
                    public String decode(JsonInput request, Attributes attributes) {
                        return "";
                    }

                    @Override
                    public List<Outcome<Integer>> run(List<Item<String>> items) {
                        return List.of();
                    }

                    @Override
                    public void setup() {
                        throw new IllegalStateException("no model file");
                    }
                }))).isInstanceOf(IllegalStateException.class).hasMessageContaining("other");
        assertThat(ask(server.client())).isZero();
        assertThat(models().names()).containsExactly("version", "twice");
    }

    @Test
    void a_stream_goes_on_with_the_model_that_it_began_with() throws Exception {
        TestClient alice = server.client();
        gate.release();
        try (TestEvents events = alice.streamed("/models/twice", Map.of())) {
            assertThat(java.util.Objects.requireNonNull(events.next()).data().asInt()).isZero();
            models().load(app -> app.streamingModel("twice", new Twice(1), batches -> batches.maxItems(4)));
            gate.release();
            assertThat(java.util.Objects.requireNonNull(events.next()).data().asInt()).isZero();
        }
        // For the old one too, which goes on until its reader is seen to have left.
        gate.release(1_000);
        try (TestEvents events = alice.streamed("/models/twice", Map.of())) {
            assertThat(java.util.Objects.requireNonNull(events.next()).data().asInt()).isEqualTo(1);
        }
    }
}
