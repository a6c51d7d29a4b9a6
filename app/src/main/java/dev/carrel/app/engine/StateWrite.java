package dev.carrel.app.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.ConflictException;
import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.Work;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Store;

/** Writes what work beside the lane has changed: a function's, a listener's. Thread-safe. */
record StateWrite(Store store, Turnstiles turnstiles) {
    private static final Encoded MARK = new Encoded("Mark", 1, "true");

    /**
     * Writes the changes, repeating them on newer values as often as need be.
     *
     * @param by what writes, for the session's history
     * @throws ConflictException if the state changes too quickly
     */
    void write(SessionId session, Owner owner, String by, Work work) {
        write(session, owner, by, work, null);
    }

    /**
     * Writes the changes together with a mark, if the session does not have that mark yet.
     *
     * @param work what has changed; null for nothing
     * @return false, and nothing is written, if it has
     */
    boolean writeOnce(SessionId session, Owner owner, String mark, @Nullable Work work) {
        return write(session, owner, mark, work, mark);
    }

    private boolean write(SessionId session, Owner owner, String by, @Nullable Work work, @Nullable String mark) {
        boolean written;
        try (var pass = turnstiles.pass(session)) {
            written = write(session, owner, by, work, mark, pass);
        }
        if (written && work != null) {
            work.committed();
        }
        return written;
    }

    private boolean write(SessionId session, Owner owner, String by, @Nullable Work work, @Nullable String mark,
            Turnstiles.Pass pass) {
        for (int i = 0; i < Engine.MAX_REBASES; i++) {
            Changes changes = work == null ? Changes.NONE : work.changes();
            if (mark != null) {
                List<Changes.Put> puts = new ArrayList<>(changes.puts());
                puts.add(new Changes.Put(mark, 0, MARK, null));
                changes = new Changes(puts, changes.operations());
            }
            Set<String> conflicts = changes.isEmpty() ? Set.of() : store.state().write(session, owner, by, changes);
            if (mark != null && conflicts.contains(mark)) {
                return false;
            }
            if (conflicts.isEmpty()) {
                return true;
            }
            pass.enter();
            if (work != null) {
                work.rebase(conflicts);
            }
        }
        throw new ConflictException("The state of this session changes too quickly.");
    }
}
