package dev.carrel.session;

/**
 * An event in the log: its number, and its content as it is stored and sent. Encoded once, however many readers it has.
 * Immutable.
 *
 * @param version the {@link Event#VERSION} that wrote it
 * @param json the event's fields, a JSON object
 */
public record StoredEvent(EventId id, String kind, int version, String json) {
    /** An event that is about to be stored under this number. */
    public static StoredEvent of(EventId id, Event event) {
        return new StoredEvent(id, event.kind(), Event.VERSION, EventJson.write(event));
    }

    /** The event; {@link Event.Unknown} if a newer version wrote it. */
    public Event event() {
        return EventJson.read(kind, version, json);
    }
}
