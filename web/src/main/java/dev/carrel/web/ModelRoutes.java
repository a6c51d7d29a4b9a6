package dev.carrel.web;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import jakarta.servlet.http.HttpServletRequest;

import dev.carrel.app.Headers;
import dev.carrel.app.Model;
import dev.carrel.app.Models;
import dev.carrel.app.engine.Engine;
import dev.carrel.batch.Attributes;

/** What the routes of models do. */
final class ModelRoutes {
    /** What says who is asking is for the server's own eyes. */
    private static final Set<String> CREDENTIALS = Set.of("authorization", "cookie", "proxy-authorization");

    private final Engine engine;

    ModelRoutes(Engine engine) {
        this.engine = engine;
    }

    private record Listed(String name, String status) {}

    private record All(List<Listed> models) {}

    private record Status(String status) {}

    void list(Exchange exchange) throws Exception {
        Models models = engine.models();
        exchange.json(200, new All(models.names().stream().map(name -> new Listed(name, status(models.up(name))))
                .toList()));
    }

    void health(Exchange exchange) throws Exception {
        boolean up = engine.models().up(exchange.variable("name"));
        exchange.json(up ? 200 : 503, new Status(status(up)));
    }

    private static String status(boolean up) {
        return up ? "up" : "down";
    }

    void call(Exchange exchange) throws Exception {
        var attributes = new Attributes();
        attributes.put(Model.HEADERS, headers(exchange.request()));
        exchange.text(200, "application/json",
                engine.call(exchange.variable("name"), exchange.body(), attributes));
    }

    private static Headers headers(HttpServletRequest request) {
        Map<String, String> headers = new TreeMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            if (!CREDENTIALS.contains(name.toLowerCase(Locale.ROOT))) {
                headers.putIfAbsent(name, request.getHeader(name));
            }
        }
        return new Headers(headers);
    }
}
