package dev.carrel.tests;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.app.Carrel;
import dev.carrel.batch.Batcher;
import dev.carrel.error.FailedException;
import dev.carrel.onnx.OnnxModel;
import dev.carrel.onnx.Tensor;
import dev.carrel.server.CarrelServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The ONNX file of docs/serving.md over HTTP. It multiplies four sizes by a matrix of four rows, (1 0 0), (0 1 0), (0 0 1) and
 * (1 1 1); {@code Graph} among the tests of models/onnx wrote it.
 */
@Timeout(60)
class OnnxServedTest {
    @Test
    void an_onnx_file_of_ones_own_answers_each_caller_with_their_own_and_is_freed_at_the_end(@TempDir Path data)
            throws Exception {
        OnnxModel file = OnnxModel.of(Path.of("src/test/resources/flowers.onnx"))
                .input("sizes", Tensor.Type.FLOAT, 4).output("scores").open();
        try (CarrelServer server = TestTutor.serve(Carrel.app("flowers").model("flowers", new Flowers(file),
                batches -> batches.maxItems(16)), data, TestUsers.crowd(1));
                HttpClient http = HttpClient.newHttpClient()) {
            URI model = server.uri().resolve("/models/flowers");
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                answers.add(http.sendAsync(ask(model, "[%d, %d, 0, 1]".formatted(i, 2 * i)),
                        HttpResponse.BodyHandlers.ofString()));
            }
            for (int i = 0; i < 60; i++) {
                assertThat(answers.get(i).get().body()).isEqualTo("[%d.0,%d.0,1.0]".formatted(i + 1, 2 * i + 1));
            }

            HttpResponse<String> refused = http.send(ask(model, "[1, 2]"), HttpResponse.BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(422);
            assertThat(refused.body()).contains("sizes").contains("is FLOAT [2], where FLOAT [4] is wanted");
        }
        // Nothing of it can be run any more: the server's end has told the model, which has closed it.
        try (var batcher = Batcher.of("flowers", file).start()) {
            assertThatThrownBy(() -> batcher.call(file.check(Map.of("sizes", Tensor.of(new float[4], 4)))))
                    .isInstanceOf(FailedException.class);
        }
    }

    private static HttpRequest ask(URI model, String sizes) {
        return HttpRequest.newBuilder(model).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"sizes\": " + sizes + "}")).build();
    }

    @Test
    void the_program_on_the_page_is_the_one_that_runs_here() throws IOException {
        List<String> page = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "docs", "serving.md"))).results().map(block -> block.group(1))
                .filter(block -> block.contains("class Flowers")).findFirst().orElseThrow().lines().map(String::strip)
                .toList();
        assertThat(Files.readString(Path.of("src/test/java/dev/carrel/tests/Flowers.java")).lines().map(String::strip)
                .toList()).containsSequence(page);
    }
}
