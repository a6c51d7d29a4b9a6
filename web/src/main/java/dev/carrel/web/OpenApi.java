package dev.carrel.web;

import java.util.ArrayList;
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
        List<Map<String, Object>> parameters = new ArrayList<>();
        route.variables().forEach(variable -> parameters
                .add(Map.of("name", variable, "in", "path", "required", true, "schema", type("string"))));
        if (callsModel(route)) {
            parameters.add(Map.of("name", RunningCalls.HEADER, "in", "header", "required", false, "description",
                    "Under which name its caller can stop the call: DELETE /models/{name}/calls/{call}", "schema",
                    Map.of("type", "string", "pattern", "^" + RunningCalls.ID.pattern() + "$")));
        }
        operation.put("parameters", parameters);
        if (route.method().equals("POST")) {
            operation.put("requestBody",
                    Map.of("content", Map.of("application/json", Map.of("schema", schema(route)))));
        }
        operation.put("responses", responses(route));
        return operation;
    }

    private static Map<String, Object> responses(Route route) {
        Map<String, Object> responses = new LinkedHashMap<>();
        Map<String, Object> success = new LinkedHashMap<>(Map.of("description", route.summary()));
        if (callsModel(route)) {
            success.put("content", answers(route));
        }
        responses.put(success(route), success);
        if (callsModel(route)) {
            responses.put("409", problem(route, "The call was stopped by its caller, or one of its name runs already"));
            responses.put("429", later(problem(route, "There is more to do than could be done in time")));
            responses.put("503", later(problem(route, "The model, or the whole server, does not answer now")));
            responses.put("504", problem(route, "It took too long; what waited is not computed"));
        }
        responses.put("default",
                problem(route, "What went wrong, as " + (openAi(route) ? "OpenAI" : "RFC 9457") + " says it"));
        return responses;
    }

    private static boolean callsModel(Route route) {
        return route.method().equals("POST")
                && (route.template().equals("/models/{name}") || route.template().equals("/v1/embeddings"));
    }

    private static boolean openAi(Route route) {
        return OpenAiError.at(route.template());
    }

    /** What a model answers: JSON, and events if it is one that answers piece by piece. */
    private static Map<String, Object> answers(Route route) {
        Map<String, Object> answers = new LinkedHashMap<>();
        answers.put("application/json", Map.of("schema", openAi(route) ? type("object") : Map.of()));
        if (!openAi(route)) {
            answers.put("text/event-stream", Map.of("schema", Map.of("type", "string", "description",
                    "Of a model that answers piece by piece, unless its caller accepts JSON only: events named piece, "
                            + "whose data is JSON, then one named end, or error with a problem as its data")));
        }
        return answers;
    }

    private static Map<String, Object> problem(Route route, String description) {
        return Map.of("description", description, "content",
                Map.of(openAi(route) ? "application/json" : "application/problem+json",
                        Map.of("schema", type("object"))));
    }

    /** The same, with when to come again. */
    private static Map<String, Object> later(Map<String, Object> problem) {
        Map<String, Object> later = new LinkedHashMap<>(problem);
        later.put("headers", Map.of("Retry-After", Map.of("description", "In how many seconds to come again", "schema",
                Map.of("type", "integer", "minimum", 1))));
        return later;
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
        if (callsModel(route) && !openAi(route)) {
            // What a model takes is its own matter: a number, or a list, as well as an object.
            return Map.of();
        }
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
