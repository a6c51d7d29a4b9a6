package dev.carrel.session.store;

import java.util.List;

import dev.carrel.session.EventId;
import dev.carrel.session.Turn;

/**
 * A conversation as it stood at one moment.
 *
 * @param last the last event that is in it: the one to go on from
 * @param turns oldest first; a running turn with what it has said so far
 */
public record Snapshot(SessionRecord session, EventId last, List<Turn> turns) {
    public Snapshot {
        turns = List.copyOf(turns);
    }
}
