package dev.carrel.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
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
import dev.carrel.error.OverloadedException;

import static org.assertj.core.api.Assertions.assertThat;

/** What callers of models are told while models come, go and hang. */
@Timeout(60)
class ModelRoutesTest {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        threads.close();
    }

    /** Says 1; whether it is healthy is for somebody else to say. */
    private record One(Callable<Boolean> health) implements Model<String, Integer> {
        @Override
        public String decode(JsonInput request, Attributes attributes) {
            if (request.json().contains("much")) {
                throw new OverloadedException("That is much.", Duration.ofMillis(2_001));
            }
            return "";
        }

        @Override
        public List<Outcome<Integer>> run(List<Item<String>> items) {
            return items.stream().map(item -> item.ok(1)).toList();
        }

        @Override
        public boolean healthy() throws Exception {
            return health.call();
        }
    }

    /** Says 1 as the last of its pieces. */
    private static final class Pieces implements StreamingModel<String, Integer> {
        @Override
        public String decode(JsonInput request, Attributes attributes) {
            return "";
        }

        @Override
        public List<Outcome<Step<Integer>>> run(List<Item<String>> items) {
            return items.stream().map(item -> item.ok(Step.last(1))).toList();
        }
    }

    @Test
    void models_are_asked_for_their_health_side_by_side() throws Exception {
        var asked = new CountDownLatch(3);
        Callable<Boolean> health = () -> {
            asked.countDown();
            asked.await();
            return true;
        };
        App app = Carrel.app("models");
        for (String name : List.of("a", "b", "c")) {
            app.model(name, new One(health));
        }
        try (var server = TestServer.inMemory(app)) {
            assertThat(server.client().get("/models").expect(200).json().path("models").values())
                    .extracting(model -> model.path("name").asString() + " " + model.path("status").asString())
                    .containsExactly("a up", "b up", "c up");
        } finally {
            asked.countDown();
            asked.countDown();
            asked.countDown();
        }
    }

    @Test
    void a_model_that_goes_while_models_are_listed_is_left_out() throws Exception {
        var asked = new CountDownLatch(1);
        var answered = new CountDownLatch(1);
        App app = Carrel.app("models").model("slow", new One(() -> {
            asked.countDown();
            answered.await();
            return true;
        })).model("gone", new One(() -> true));
        try (var server = TestServer.inMemory(app)) {
            Future<TestClient.Answer> listed = threads.submit(() -> server.client().get("/models"));
            asked.await();
            server.models().unload("gone");
            answered.countDown();
            assertThat(listed.get().expect(200).json().path("models").values()).singleElement()
                    .satisfies(model -> assertThat(model.path("name").asString()).isEqualTo("slow"));
        } finally {
            answered.countDown();
        }
    }

    @Test
    void who_was_on_the_way_to_a_model_that_another_kind_replaces_is_answered_by_that() throws Exception {
        try (var server = TestServer.inMemory(Carrel.app("models").model("one", new One(() -> true)))) {
            assertThat(answered(server,
                    () -> server.models().load(app -> app.streamingModel("one", new Pieces(), steps -> {}))))
                    .startsWith("HTTP/1.1 200");
            assertThat(answered(server,
                    () -> server.models().load(app -> app.model("one", new One(() -> true)))))
                    .startsWith("HTTP/1.1 200");
        }
    }

    /** How a call is answered before whose body, but after whose headers, something happens. */
    private static String answered(TestServer server, Runnable meanwhile) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort())) {
            socket.setSoTimeout(20_000);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            socket.getOutputStream().write("""
                    POST /models/one HTTP/1.1
                    Host: localhost
                    Content-Length: 2
                    Content-Type: application/json
                    Expect: 100-continue

                    """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(in.readLine()).as("the server reads the body").startsWith("HTTP/1.1 100");
            assertThat(in.readLine()).isEmpty();
            meanwhile.run();
            socket.getOutputStream().write("{}".getBytes(StandardCharsets.US_ASCII));
            return in.readLine();
        }
    }

    @Test
    void when_to_come_again_is_not_too_early() throws Exception {
        try (var server = TestServer.inMemory(Carrel.app("models").model("one", new One(() -> true)))) {
            assertThat(server.client().post("/models/one", "much").expect(429).header("Retry-After")).isEqualTo("3");
        }
    }
}
