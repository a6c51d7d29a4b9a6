package dev.carrel.web;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.DoubleNode;

import dev.carrel.app.JsonInput;
import dev.carrel.app.engine.Engine;
import dev.carrel.error.InvalidInputException;
import dev.carrel.id.TurnId;
import dev.carrel.session.store.TurnStore;

/** A user's answer to what a turn asks: any JSON, no longer than a message may be. Thread-safe. */
final class AnswerRoute {
    private record Answer(@Nullable JsonNode ask, @Nullable JsonNode value) {}

    private final Engine engine;

    AnswerRoute(Engine engine) {
        this.engine = engine;
    }

    void answer(Exchange exchange) throws Exception {
        Answer answer = exchange.body().as(Answer.class);
        JsonNode ask = Routes.required("ask", answer.ask);
        JsonNode value = Routes.required("value", answer.value);
        if (!ask.isInt() || ask.intValue() < 0) {
            throw InvalidInputException.field("ask", "must be the number of a question, from 0");
        }
        if (!finite(value)) {
            throw InvalidInputException.field("value", "has a number that is too large");
        }
        String json = Routes.limited("value", JsonInput.write(value), engine.app().limits().messageLength());
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(json)) {
            throw InvalidInputException.field("value", "must be Unicode text");
        }
        TurnId turn = TurnId.parse(exchange.variable("turn")).orElseThrow(TurnStore::unasked);
        engine.answer(exchange.session(), turn, ask.intValue(), json);
        exchange.nothing();
    }

    /** Beyond a double's range is infinity, which JSON does not have: it would be stored as something else. */
    private static boolean finite(JsonNode value) {
        return value.isContainer()
                ? value.valueStream().allMatch(AnswerRoute::finite)
                : !(value instanceof DoubleNode number) || Double.isFinite(number.doubleValue());
    }
}
