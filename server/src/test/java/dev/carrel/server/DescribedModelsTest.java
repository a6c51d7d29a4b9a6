package dev.carrel.server;

import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

import dev.carrel.app.Carrel;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code /openapi.json} tells machines of how models are called. */
@Timeout(60)
class DescribedModelsTest {
    @Test
    void machines_are_told_how_models_answer_how_a_call_is_named_and_what_they_are_refused_with() throws Exception {
        try (var server = TestServer.inMemory(new WalkedModels().on(Carrel.app("described")))) {
            JsonNode paths = server.client().get("/openapi.json").expect(200).json().path("paths");
            JsonNode call = paths.path("/models/{name}").path("post");
            JsonNode embed = paths.path("/v1/embeddings").path("post");

            assertThat(call.path("responses").path("200").path("content").propertyNames())
                    .containsExactly("application/json", "text/event-stream");
            assertThat(embed.path("responses").path("200").path("content").propertyNames())
                    .containsExactly("application/json");
            // A model takes any JSON, not only an object.
            assertThat(call.path("requestBody").path("content").path("application/json").path("schema")).isEmpty();
            assertThat(embed.path("requestBody").path("content").path("application/json").path("schema").path("type")
                    .asString()).isEqualTo("object");
            told(call, "application/problem+json");
            told(embed, "application/json");
            // Of no other route is anything of this true.
            assertThat(paths.path("/sessions").path("post").path("responses").propertyNames())
                    .containsExactly("201", "default");
        }
    }

    private static void told(JsonNode operation, String problems) {
        JsonNode name = operation.path("parameters").values().stream()
                .filter(it -> it.path("in").asString().equals("header")).findFirst().orElseThrow();
        assertThat(name.path("name").asString()).isEqualTo("Carrel-Call");
        assertThat(name.path("required").asBoolean()).isFalse();
        Pattern pattern = Pattern.compile(name.path("schema").path("pattern").asString());
        assertThat(pattern.matcher("mine-1.a_B").find()).isTrue();
        assertThat(pattern.matcher("not a name").find()).isFalse();
        for (String status : new String[]{"409", "429", "503", "504"}) {
            JsonNode answer = operation.path("responses").path(status);
            assertThat(answer.path("description").asString()).as(status).isNotBlank();
            assertThat(answer.path("content").propertyNames()).containsExactly(problems);
            assertThat(answer.path("headers").has("Retry-After")).as("when to come again after " + status)
                    .isEqualTo(status.equals("429") || status.equals("503"));
        }
    }
}
