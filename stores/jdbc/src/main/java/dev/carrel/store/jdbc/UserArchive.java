package dev.carrel.store.jdbc;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.session.EndReason;
import dev.carrel.session.Owner;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.EndedSession;
import dev.carrel.session.store.LeaseStore;
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
    private static final Duration LOOK = Duration.ofMillis(250);

    private UserArchive() {}

    /**
     * What was erased.
     *
     * @param keys values and lists of the user
     */
    public record Erased(long sessions, long keys) {}

    /**
     * A wait for servers.
     *
     * @param begins is run if there is something to wait for
     */
    public record Wait(Duration atMost, Runnable begins) {
        /** No wait. */
        public static final Wait NONE = new Wait(Duration.ZERO, () -> {});
    }

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
     * are remembered, that each of these sessions was erased. Servers that run on the store tell their application of each end,
     * and what it then changes is removed, too.
     *
     * @param servers how long these may take for that; what they have not done by then is done without the application
     * @throws StoreOpenException if the store cannot be opened: a SQLite store in use belongs to the server that uses it
     */
    public static Erased erase(StoreLocation from, Owner user, TimeSource time, Wait servers) {
        try (Store store = from.open(time)) {
            Set<SessionId> sessions = new HashSet<>();
            for (List<SessionRecord> some = store.sessions().list(user, AT_ONCE); !some.isEmpty(); some = store
                    .sessions().list(user, AT_ONCE)) {
                for (SessionRecord session : some) {
                    store.sessions().ending(session.id(), EndReason.ERASED, user, null)
                            .ifPresent(it -> sessions.add(it.id()));
                }
            }
            if (from instanceof StoreLocation.Postgres) {
                awaitServers(store, user, time, servers);
            }
            // Also those that somebody else has begun to end, and perhaps never will.
            for (EndedSession session : ending(store, user)) {
                if (store.sessions().end(session.id(), Changes.NONE)) {
                    sessions.add(session.id());
                }
            }
            return new Erased(sessions.size(), store.state().erase(new Place.OfUser(user)));
        }
    }

    private static List<EndedSession> ending(Store store, Owner user) {
        return store.sessions().ending(Instant.MAX, Integer.MAX_VALUE).stream()
                .filter(session -> session.owner().equals(user)).toList();
    }

    /** Waits until the servers have brought these sessions to their end, unless there are none or it takes too long. */
    private static void awaitServers(Store store, Owner user, TimeSource time, Wait servers) {
        long end = time.nanoTime() + servers.atMost().toNanos();
        boolean begun = false;
        while (time.nanoTime() - end < 0 && !ending(store, user).isEmpty() && serverRuns(store)) {
            if (!begun) {
                begun = true;
                servers.begins().run();
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Whether somebody keeps house, or did so a moment ago. */
    private static boolean serverRuns(Store store) {
        Optional<LeaseStore.Lease> free = store.leases().acquire(LeaseStore.HOUSEKEEPING, NodeId.random().text(), LOOK);
        free.ifPresent(store.leases()::release);
        return free.isEmpty();
    }
}
