package dev.carrel.session.store;

import java.time.Instant;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;

/**
 * A session as it is stored.
 *
 * @param chat the name of the application's chat that it talks to
 * @param title what it is about, for lists: the beginning of its first message; empty before that
 * @param active when it last took a message
 * @param turns how many turns it has had
 * @param epoch the epoch of its event log
 */
public record SessionRecord(SessionId id, Owner owner, String chat, String title, Instant created, Instant active,
        int turns, String epoch) {
    private static final int TITLE_LENGTH = 80;

    /** This session after taking a message. */
    public SessionRecord took(String text, Instant at) {
        return new SessionRecord(id, owner, chat, title.isEmpty() ? titleOf(text) : title, created, at, turns + 1,
                epoch);
    }

    /** This session, of another owner. */
    public SessionRecord of(Owner newOwner) {
        return new SessionRecord(id, newOwner, chat, title, created, active, turns, epoch);
    }

    /** The title that a first message gives: its beginning, in one line, cut between characters. */
    public static String titleOf(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        if (line.length() <= TITLE_LENGTH) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(TITLE_LENGTH - 2)) ? TITLE_LENGTH - 2 : TITLE_LENGTH - 1;
        return line.substring(0, end) + "…";
    }
}
