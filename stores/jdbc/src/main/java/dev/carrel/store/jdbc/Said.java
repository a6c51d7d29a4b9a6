package dev.carrel.store.jdbc;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.Event;
import dev.carrel.session.EventId;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.Claim;

/**
 * Something that an attempt says, encoded before the database sees it: encoding is work for the many callers' threads, not
 * for the one that writes.
 *
 * @param ask which question it is; null if it is none
 */
record Said(int index, @Nullable Integer ask, StoredEvent event) {
    private static final EventId NOWHERE = new EventId("0", 0);

    /** The event without its number. */
    static StoredEvent unnumbered(Event event) {
        return StoredEvent.of(NOWHERE, event);
    }

    static List<Said> of(Claim claim, List<Event> events) {
        List<Said> said = new ArrayList<>(events.size());
        for (Event event : events) {
            @Nullable
            Integer ask = event instanceof Event.Asked question ? question.ask() : null;
            int index = switch (event) {
                case Event.Text text -> text.index();
                case Event.Data data -> data.index();
                case Event.Asked question -> question.index();
                default -> throw new IllegalArgumentException(
                        "an attempt says text and data and asks, but no " + event.kind());
            };
            if (!event.turn().equals(claim.turn().id())) {
                throw new IllegalArgumentException(
                        "turn " + claim.turn().id() + " is claimed, and turn " + event.turn() + " speaks");
            }
            said.add(new Said(index, ask, unnumbered(event)));
        }
        return said;
    }
}
