package dev.carrel.store.jdbc;

import java.util.ArrayList;
import java.util.List;

import dev.carrel.session.Event;
import dev.carrel.session.EventId;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.Claim;

/**
 * Something that an attempt says, encoded before the writer sees it: encoding is work for the many callers' threads, not
 * for the one that writes.
 */
record Said(int index, StoredEvent event) {
    private static final EventId NOWHERE = new EventId("0", 0);

    /** The event without its number. */
    static StoredEvent unnumbered(Event event) {
        return StoredEvent.of(NOWHERE, event);
    }

    static List<Said> of(Claim claim, List<Event> events) {
        List<Said> said = new ArrayList<>(events.size());
        for (Event event : events) {
            int index = switch (event) {
                case Event.Text text -> text.index();
                case Event.Data data -> data.index();
                default -> throw new IllegalArgumentException("an attempt says text and data, not " + event.kind());
            };
            if (!event.turn().equals(claim.turn().id())) {
                throw new IllegalArgumentException(
                        "turn " + claim.turn().id() + " is claimed, and turn " + event.turn() + " speaks");
            }
            said.add(new Said(index, unnumbered(event)));
        }
        return said;
    }
}
