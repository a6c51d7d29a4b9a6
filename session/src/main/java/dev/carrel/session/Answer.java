package dev.carrel.session;

import java.util.ArrayList;
import java.util.List;

/**
 * What one attempt of a turn has said: its text, and named data beside it, such as the sources of the text. Immutable.
 */
public record Answer(String text, List<Data> data) {
    /** Nothing yet. */
    public static final Answer EMPTY = new Answer("", List.of());

    /** A value as JSON, under a name. */
    public record Data(String name, String json) {}

    public Answer {
        data = List.copyOf(data);
    }

    /** The name of a question among the data: its value is {@code {"ask": 0, "question": ...}}. */
    public static final String ASKED = "asked";

    /** A question as it stands among the data. */
    public static Data question(Event.Asked asked) {
        return new Data(ASKED, "{\"ask\":" + asked.ask() + ",\"question\":" + asked.json() + "}");
    }

    /** What these events of one attempt amount to; events of other kinds do not count. */
    public static Answer of(List<Event> events) {
        var text = new StringBuilder();
        List<Data> data = new ArrayList<>();
        for (Event event : events) {
            switch (event) {
                case Event.Text piece -> text.append(piece.text());
                case Event.Data value -> data.add(new Data(value.name(), value.json()));
                case Event.Asked asked -> data.add(question(asked));
                default -> {
                }
            }
        }
        return new Answer(text.toString(), data);
    }
}
