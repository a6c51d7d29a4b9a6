package dev.carrel.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The route table as an OpenAPI 3.1 document. */
final class OpenApi {
    private final String name;
    private final Routes routes;

    OpenApi(String name, Routes routes) {
        this.name = name;
        this.routes = routes;
    }

    void send(Exchange exchange) throws Exception {
        exchange.json(200, document());
    }

    private Map<String, Object> document() {
        Map<String, Map<String, Object>> paths = new LinkedHashMap<>();
        for (Route route : routes.all()) {
            paths.computeIfAbsent(route.template(), template -> new LinkedHashMap<>())
                    .put(route.method().toLowerCase(Locale.ROOT), operation(route));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put("info", Map.of("title", name, "version", "0.1.0"));
        document.put("paths", paths);
        return document;
    }

    private static Map<String, Object> operation(Route route) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("summary", route.summary());
        operation.put("parameters", route.variables().stream()
                .map(variable -> Map.of("name", variable, "in", "path", "required", true, "schema", type("string")))
                .toList());
        if (route.method().equals("POST")) {
            operation.put("requestBody",
                    Map.of("content", Map.of("application/json", Map.of("schema", schema(route)))));
        }
        Map<String, Object> responses = new LinkedHashMap<>();
        responses.put(success(route), Map.of("description", route.summary()));
        boolean openAi = OpenAiError.at(route.template());
        responses.put("default", Map.of("description",
                "What went wrong, as " + (openAi ? "OpenAI" : "RFC 9457") + " says it", "content",
                Map.of(openAi ? "application/json" : "application/problem+json", Map.of("schema", type("object")))));
        operation.put("responses", responses);
        return operation;
    }

    private static String success(Route route) {
        return switch (route.method() + " " + route.template()) {
            case "POST /logout", "DELETE /sessions/{session}", "DELETE /models/{name}/calls/{call}",
                    "POST /sessions/{session}/turns/{turn}/answers" ->
                "204";
            case "POST /sessions" -> "201";
            case "POST /sessions/{session}/messages", "POST /sessions/{session}/turns/{turn}/cancel" -> "202";
            default -> "200";
        };
    }

    private static Map<String, Object> schema(Route route) {
        Map<String, Boolean> fields = new TreeMap<>(Routes.fields(route));
        Map<String, Object> properties = new LinkedHashMap<>();
        fields.keySet().forEach(field -> properties.put(field, switch (field) {
            case "take" -> list(type("string"));
            case "ask" -> Map.of("type", "integer", "minimum", 0);
            case "value" -> Map.of();
            case "input" -> Map.of("anyOf", List.of(type("string"), list(type("string")), list(type("integer")),
                    list(list(type("integer")))));
            case "encoding_format" -> Map.of("type", "string", "enum", List.of("float", "base64"));
            case "dimensions" -> Map.of("type", "integer", "minimum", 1);
            default -> type("string");
        }));
        List<String> required = fields.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
        return Map.of("type", "object", "properties", properties, "required", required);
    }

    private static Map<String, Object> list(Map<String, Object> items) {
        return Map.of("type", "array", "items", items);
    }

    private static Map<String, Object> type(String type) {
        return Map.of("type", type);
    }
}
