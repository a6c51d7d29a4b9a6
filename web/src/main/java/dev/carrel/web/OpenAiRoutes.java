package dev.carrel.web;

import java.util.List;
import java.util.stream.IntStream;

import com.fasterxml.jackson.annotation.JsonProperty;

import dev.carrel.app.EmbeddingInput;
import dev.carrel.app.Models;
import dev.carrel.app.Vectors;
import dev.carrel.app.engine.Engine;

/**
 * OpenAI's interface, as far as it is served: embeddings, and the list of models for which they are. Its clients send an API key
 * and no cookie; the key is nobody's here, so each of their requests is that of a new visitor.
 */
final class OpenAiRoutes {
    /** 2,048 texts of some 300 words, or so. */
    static final int MAX_BODY = 4 * 1024 * 1024;

    private final Engine engine;
    private final RunningCalls calls;

    OpenAiRoutes(Engine engine, RunningCalls calls) {
        this.engine = engine;
        this.calls = calls;
    }

    private record Listed<T>(String object, List<T> data) {
        Listed(List<T> data) {
            this("list", data);
        }
    }

    private record ModelJson(String id, String object, long created, @JsonProperty("owned_by") String ownedBy) {}

    void list(Exchange exchange) throws Exception {
        exchange.json(200, new Listed<>(engine.models().embeddings().stream().map(this::model).toList()));
    }

    void one(Exchange exchange) throws Exception {
        String name = exchange.variable("model");
        if (!engine.models().embeds(name)) {
            throw Models.noEmbedding();
        }
        exchange.json(200, model(name));
    }

    private ModelJson model(String name) {
        return new ModelJson(name, "model", engine.models().since().getEpochSecond(), engine.app().name());
    }

    private record Usage(@JsonProperty("prompt_tokens") long promptTokens,
            @JsonProperty("total_tokens") long totalTokens) {}

    private record Embedding(String object, int index, Object embedding) {}

    private record Embedded(String object, List<Embedding> data, String model, Usage usage) {}

    void embed(Exchange exchange) throws Exception {
        EmbeddingRequest request = exchange.body().as(EmbeddingRequest.class);
        String model = Routes.required("model", request.model());
        List<EmbeddingInput> input = Routes.required("input", request.input());
        EmbeddingRequest.Format format = request.format();
        // All of its texts are one call: who stops it wants none of them any more.
        String answer = calls.run(exchange, model, () -> engine.embed(model, input, request.length(),
                made -> embedded(model, made, format)));
        exchange.text(200, "application/json", answer);
    }

    private static Embedded embedded(String model, Vectors made, EmbeddingRequest.Format format) {
        List<Embedding> data = IntStream.range(0, made.vectors().size())
                .mapToObj(i -> new Embedding("embedding", i, format.written(made.vectors().get(i)))).toList();
        return new Embedded("list", data, model, new Usage(made.tokens(), made.tokens()));
    }
}
