package dev.carrel.store.jdbc;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

import dev.carrel.session.EndReason;
import dev.carrel.session.Owner;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.EndedSession;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/**
 * All that is kept of one user: their sessions with turns, events and state, and what is kept for them across sessions. What an
 * application keeps of a user in the state of a tenant or its own, or outside of the store, is not in it.
 */
public final class UserArchive {
    private static final int AT_ONCE = 100;

    private UserArchive() {}

    /**
     * What was erased.
     *
     * @param keys values and lists of the user
     */
    public record Erased(long sessions, long keys) {}

    /**
     * Writes it as lines of JSON for the user to read, to a file that only its owner can read.
     *
     * @throws ArchiveException if the store cannot be read, the file cannot be written, or it is there already
     */
    public static Archive.Summary write(StoreLocation from, Owner user, Path target, TimeSource time) {
        try (Lines lines = Archive.of(from, user)) {
            return TargetFile.write(target, out -> Archive.write(lines, Schema.VERSION, time.now(), out));
        }
    }

    /** As {@link #write(StoreLocation, Owner, Path, TimeSource)}, to a stream, which stays open. */
    public static Archive.Summary write(StoreLocation from, Owner user, OutputStream out, TimeSource time) {
        try (Lines lines = Archive.of(from, user)) {
            return Archive.write(lines, Schema.VERSION, time.now(), out);
        } catch (IOException e) {
            throw new ArchiveException("The archive cannot be written: " + ArchiveException.reason(e), e);
        }
    }

    /** How much there is of the user, as {@link #write} would write it. */
    public static Archive.Summary count(StoreLocation from, Owner user, TimeSource time) {
        return write(from, user, OutputStream.nullOutputStream(), time);
    }

    /** Some of the tenants that the store has, in order: for whoever asks for one that it has not. */
    public static List<String> tenants(StoreLocation from, int limit) {
        try (StoreView view = StoreView.open(from)) {
            return view.reading().list("""
                    SELECT DISTINCT tenant FROM session UNION SELECT DISTINCT tenant FROM place WHERE tenant <> ''
                    ORDER BY 1 LIMIT ?""", row -> row.text(1), limit);
        } catch (SQLException e) {
            throw ArchiveException.of(from, "read", e);
        }
    }

    /**
     * Ends the user's sessions and removes what is kept for them across sessions. What is left is, for as long as ended sessions
     * are remembered, that each of these sessions was erased.
     *
     * @throws StoreOpenException if the store cannot be opened: a SQLite store in use belongs to the server that uses it
     */
    public static Erased erase(StoreLocation from, Owner user, TimeSource time) {
        try (Store store = from.open(time)) {
            long sessions = 0;
            for (List<SessionRecord> some = store.sessions().list(user, AT_ONCE); !some.isEmpty(); some = store
                    .sessions().list(user, AT_ONCE)) {
                for (SessionRecord session : some) {
                    if (store.sessions().ending(session.id(), EndReason.ERASED, user, null).isPresent()
                            && store.sessions().end(session.id(), Changes.NONE)) {
                        sessions++;
                    }
                }
            }
            // Those that somebody else has begun to end, and perhaps never will.
            for (EndedSession session : store.sessions().ending(Instant.MAX, Integer.MAX_VALUE)) {
                if (session.owner().equals(user) && store.sessions().end(session.id(), Changes.NONE)) {
                    sessions++;
                }
            }
            return new Erased(sessions, store.state().erase(new Place.OfUser(user)));
        }
    }
}
