package dev.carrel.server;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.app.StreamingModel;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Step;

import static org.assertj.core.api.Assertions.assertThat;

/** A server that nobody asks anything uses no processor: what waits, waits until something comes. */
@Timeout(60)
class IdleTest {
    /** How often all other threads of a server may begin to wait in a second: its watches of seconds do, a loop does not. */
    private static final long FEW = 20;
    private static final Duration LITTLE = Duration.ofMillis(100);
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final class Echo implements Model<String, String> {
        @Override
        public String decode(JsonInput request, Attributes attributes) {
            return request.json();
        }

        @Override
        public List<Outcome<String>> run(List<Item<String>> items) {
            return items.stream().map(item -> item.<String>ok(item.input())).toList();
        }
    }

    private static final class Words implements StreamingModel<String, String> {
        @Override
        public String decode(JsonInput request, Attributes attributes) {
            return request.json();
        }

        @Override
        public List<Outcome<Step<String>>> run(List<Item<String>> items) {
            return items.stream().map(item -> item.ok(Step.last("word"))).toList();
        }
    }

    private static App app() {
        return Carrel.app("idle").chat("chat", (message, reply) -> reply.text("hello")).pool("pool", pool -> {})
                .model("plain", new Echo())
                .model("window", new Echo(),
                        batches -> batches.maxItems(8).workers(2).window(Duration.ofMillis(1)))
                .streamingModel("words", new Words(), batches -> batches.maxItems(8))
                .embeddings("vectors", new TestEmbedder());
    }

    /** How often each thread that runs here has begun to wait, by its name, but for those of the test itself. */
    private static Map<String, Long> waits() {
        Map<String, Long> waits = new TreeMap<>();
        for (ThreadInfo each : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (each != null && each.getThreadId() != Thread.currentThread().threadId()
                    && !each.getThreadName().startsWith("HttpClient-")
                    && !each.getThreadName().startsWith("surefire-")) {
                waits.merge(each.getThreadName(), each.getWaitedCount(), Long::sum);
            }
        }
        return waits;
    }

    /** The processor time of all models' workers so far, in nanoseconds. */
    private static long busyWorkers() {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(each -> each != null && each.getThreadName().startsWith("batch-"))
                .mapToLong(each -> THREADS.getThreadCpuTime(each.getThreadId())).sum();
    }

    @Test
    void an_idle_servers_workers_do_not_wake_and_nothing_else_does_more_than_now_and_then() throws Exception {
        try (var server = TestServer.inMemory(app())) {
            TestClient alice = server.signedIn("alice");
            for (String model : List.of("plain", "window", "words")) {
                alice.post("/models/" + model, Map.of()).expect(200);
            }
            alice.post("/v1/embeddings", Map.of("model", "vectors", "input", List.of("a", "b"))).expect(200);
            alice.ask(alice.session(), "hello");
            Map<String, Long> before = waits();
            assertThat(before.keySet()).anyMatch(name -> name.startsWith("batch-window-"));
            long busy = busyWorkers();
            aSecond();
            assertThat(Duration.ofNanos(busyWorkers() - busy)).as("the workers' processor time").isLessThan(LITTLE);
            Map<String, Long> more = new TreeMap<>();
            waits().forEach((name, count) -> more.put(name, count - Objects.requireNonNullElse(before.get(name), 0L)));
            assertThat(more).allSatisfy((name, count) -> {
                if (name.startsWith("batch-")) {
                    assertThat(count).as(name).isZero();
                }
            });
            assertThat(more.values().stream().mapToLong(it -> it).sum()).as("%s", more).isLessThan(FEW);
        }
    }

    private static void aSecond() throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(1, TimeUnit.SECONDS);
    }
}
