package dev.carrel.benchmarks.serving;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.app.Carrel;
import dev.carrel.benchmarks.Answer;
import dev.carrel.server.CarrelServer;
import dev.carrel.server.Configuration;
import dev.carrel.server.ServerSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ModelLoadTest {
    private static final int CONNECTIONS = 8;
    private static final double SECONDS = 0.2;
    private static final double RATE = 500;

    @Test
    void carrel_answers_what_is_asked_in_a_closed_and_in_an_open_loop(@TempDir Path folder) throws IOException {
        var app = Carrel.app("models").model("square", new ModelServer.Square(), batches -> batches.maxItems(4));
        var settings = ServerSettings.of(Configuration.of(Map.of("port", "0", "store", "memory"), Map.of(), folder));
        try (CarrelServer server = CarrelServer.start(app, settings);
                var load = new ModelLoad(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.uri().getPort()),
                        Workload.squares(), CONNECTIONS)) {
            assertThat(load.closed(SECONDS).latencies().size()).isPositive();
            assertThat(load.open(RATE, SECONDS).latencies().size()).isPositive();
        }
    }

    @Test
    void the_answer_to_another_question_ends_the_run() throws IOException {
        var asked = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/models/square", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            long x = Answer.number(body.replace(" ", ""), "input");
            long output = asked.incrementAndGet() == CONNECTIONS + 3 ? x * x + 1 : x * x;
            byte[] answer = ("{\"output\":" + output + "}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try (var load = new ModelLoad(server.getAddress(), Workload.squares(), CONNECTIONS)) {
            assertThatThrownBy(() -> load.closed(SECONDS)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the square of");
        } finally {
            server.stop(0);
        }
    }
}
