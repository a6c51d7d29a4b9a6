package dev.carrel.web;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.Headers;
import dev.carrel.app.ModelAnswer;
import dev.carrel.app.ModelEndpoint;
import dev.carrel.app.PieceStream;
import dev.carrel.app.engine.Engine;
import dev.carrel.batch.Attributes;
import dev.carrel.error.NotFoundException;

/** What the routes of models do. */
final class ModelRoutes {
    /** What says who is asking is for the server's own eyes. */
    private static final Set<String> CREDENTIALS = Set.of("authorization", "cookie", "proxy-authorization");

    private final Engine engine;

    private final PieceEvents pieces;
    private final RunningCalls calls;

    ModelRoutes(Engine engine, PieceEvents pieces, RunningCalls calls) {
        this.engine = engine;
        this.pieces = pieces;
        this.calls = calls;
    }

    private record Listed(String name, String status) {}

    private record All(List<Listed> models) {}

    private record Status(String status) {}

    void list(Exchange exchange) throws Exception {
        exchange.json(200, new All(engine.models().up().entrySet().stream()
                .map(model -> new Listed(model.getKey(), status(model.getValue()))).toList()));
    }

    void health(Exchange exchange) throws Exception {
        boolean up = engine.models().up(exchange.variable("name"));
        exchange.json(up ? 200 : 503, new Status(status(up)));
    }

    private static String status(boolean up) {
        return up ? "up" : "down";
    }

    void call(Exchange exchange) throws Exception {
        String name = exchange.variable("name");
        calls.<@Nullable Void, Exception>run(exchange, name, () -> {
            answer(name, exchange);
            return null;
        });
    }

    private void answer(String name, Exchange exchange) throws Exception {
        if (engine.models().embeds(name)) {
            throw new NotFoundException("A model that turns texts into vectors is called under /v1/embeddings.");
        }
        var attributes = new Attributes();
        attributes.put(ModelEndpoint.HEADERS, headers(exchange.request()));
        switch (engine.answer(name, exchange.body(), attributes)) {
            case ModelAnswer.Whole whole -> exchange.text(200, "application/json", whole.json());
            case ModelAnswer.Pieces begun -> {
                try (PieceStream stream = begun.stream()) {
                    if (gathered(exchange.request())) {
                        pieces.gather(stream, exchange);
                    } else {
                        pieces.send(stream, exchange);
                    }
                }
            }
        }
    }

    /** Whether the caller wants JSON and nothing else. */
    private static boolean gathered(HttpServletRequest request) {
        List<String> accepted = Collections.list(request.getHeaders("Accept")).stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1))).map(type -> type.split(";", 2)[0].strip())
                .toList();
        return !accepted.isEmpty() && accepted.stream().allMatch("application/json"::equalsIgnoreCase);
    }

    void stop(Exchange exchange) {
        calls.stop(exchange.principal(), exchange.variable("name"), exchange.variable("call"));
        exchange.nothing();
    }

    private static Headers headers(HttpServletRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            if (!CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))) {
                headers.put(name, request.getHeader(name));
            }
        }
        return new Headers(headers);
    }
}
