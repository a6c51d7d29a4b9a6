package dev.carrel.session.store;

import java.util.List;
import java.util.Map;

import dev.carrel.id.TurnId;
import dev.carrel.session.EventId;
import dev.carrel.session.Turn;

/**
 * A conversation as it stood at one moment.
 *
 * @param last the last event that is in it: the one to go on from
 * @param turns oldest first; a running turn with what it has said so far
 * @param answered what the user has answered to each of these turns that has asked, in order of the questions; turns that have
 *        no answer are not in it
 */
public record Snapshot(SessionRecord session, EventId last, List<Turn> turns, Map<TurnId, List<Input>> answered) {
    public Snapshot {
        turns = List.copyOf(turns);
        answered = Map.copyOf(answered);
    }
}
