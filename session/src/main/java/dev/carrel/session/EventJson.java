package dev.carrel.session;

import java.time.Instant;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import dev.carrel.id.TurnId;

/** Events as JSON objects, field by field: the format is written here and follows from no class by accident. */
final class EventJson {
    private EventJson() {}

    static String write(Event event) {
        if (event instanceof Event.Unknown unknown) {
            return unknown.json();
        }
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("turn", event.turn().text());
        switch (event) {
            case Event.Accepted e -> json.put("id", e.id()).put("text", e.text()).put("at", e.at().toString());
            case Event.Started e -> json.put("attempt", e.attempt());
            case Event.Text e -> json.put("attempt", e.attempt()).put("index", e.index()).put("text", e.text());
            case Event.Data e -> json.put("attempt", e.attempt()).put("index", e.index()).put("name", e.name())
                    .set("value", Json.MAPPER.readTree(e.json()));
            case Event.Asked e -> json.put("attempt", e.attempt()).put("index", e.index()).put("ask", e.ask())
                    .set("question", Json.MAPPER.readTree(e.json()));
            case Event.Answered e -> json.put("attempt", e.attempt()).put("ask", e.ask())
                    .set("value", Json.MAPPER.readTree(e.json()));
            case Event.Reset e -> json.put("attempt", e.attempt());
            case Event.Committed e -> json.put("attempt", e.attempt());
            case Event.Failed e -> failure(json, e.attempt(), e.code(), e.message());
            case Event.Cancelled e -> failure(json, e.attempt(), e.code(), e.message());
            case Event.Interrupted e -> failure(json, e.attempt(), e.code(), e.message());
            case Event.Unknown e -> throw new AssertionError(e);
        }
        return json.toString();
    }

    private static void failure(ObjectNode json, int attempt, String code, String message) {
        json.put("attempt", attempt).put("code", code).put("message", message);
    }

    static Event read(String kind, int version, String text) {
        JsonNode json = Json.MAPPER.readTree(text);
        var turn = new TurnId(json.path("turn").asString());
        if (version > Event.VERSION) {
            return new Event.Unknown(turn, kind, text);
        }
        int attempt = json.path("attempt").asInt(0);
        int index = json.path("index").asInt(0);
        String code = json.path("code").asString("");
        String message = json.path("message").asString("");
        return switch (kind) {
            case "message" -> new Event.Accepted(turn, json.path("id").asString(), json.path("text").asString(),
                    Instant.parse(json.path("at").asString()));
            case "started" -> new Event.Started(turn, attempt);
            case "text" -> new Event.Text(turn, attempt, index, json.path("text").asString());
            case "data" -> new Event.Data(turn, attempt, index, json.path("name").asString(),
                    json.path("value").toString());
            case "asked" -> new Event.Asked(turn, attempt, index, json.path("ask").asInt(0),
                    json.path("question").toString());
            case "answered" -> new Event.Answered(turn, attempt, json.path("ask").asInt(0),
                    json.path("value").toString());
            case "reset" -> new Event.Reset(turn, attempt);
            case "committed" -> new Event.Committed(turn, attempt);
            case "failed" -> new Event.Failed(turn, attempt, code, message);
            case "cancelled" -> new Event.Cancelled(turn, attempt, code, message);
            case "interrupted" -> new Event.Interrupted(turn, attempt, code, message);
            default -> new Event.Unknown(turn, kind, text);
        };
    }
}
