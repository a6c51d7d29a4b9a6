package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.carrel.error.ConflictException;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.session.EventId;
import dev.carrel.session.Owner;
import dev.carrel.session.Turn;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.SessionStore;
import dev.carrel.session.store.Snapshot;
import dev.carrel.session.store.Versioned;

/** Sessions and their state. */
record JdbcSessions(Database database, Publisher publisher) implements SessionStore {
    private static final String COLUMNS = "SELECT id, tenant, owner, chat, title, created, active, turns, epoch, head FROM session ";
    private static final String CREATE = """
            INSERT INTO session (id, tenant, owner, chat, title, created, active, turns, epoch)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final String VERSION = "SELECT version FROM state WHERE session = ? AND name = ?";
    private static final String PUT = """
            INSERT INTO state (session, name, version, json) VALUES (?, ?, ?, ?)
            ON CONFLICT (session, name) DO UPDATE SET version = excluded.version, json = excluded.json""";

    @Override
    public void create(SessionRecord session) {
        database.admit(session.id(), tx -> {
            if (Lane.find(tx, session.id()).isPresent()) {
                throw new ConflictException("There is a session of this id already.");
            }
            return tx.count(CREATE, session.id().text(), session.owner().tenant(), session.owner().user(),
                    session.chat(), session.title(), session.created(), session.active(), session.turns(),
                    session.epoch());
        });
    }

    @Override
    public Optional<SessionRecord> find(SessionId id) {
        return database.read(sql -> sql.first(COLUMNS + "WHERE id = ?", JdbcSessions::session, id.text()));
    }

    @Override
    public List<SessionRecord> list(Owner owner, int limit) {
        return database.read(
                sql -> sql.list(COLUMNS + "WHERE tenant = ? AND owner = ? ORDER BY active DESC, n DESC LIMIT ?",
                        JdbcSessions::session, owner.tenant(), owner.user(), limit));
    }

    @Override
    public boolean delete(SessionId id) {
        return database.run(id, tx -> {
            if (tx.count("DELETE FROM session WHERE id = ?", id.text()) == 0) {
                return false;
            }
            tx.afterCommit(() -> publisher.ended(id, "deleted"));
            return true;
        });
    }

    @Override
    public boolean move(SessionId id, Owner from, Owner to) {
        return database.run(id, tx -> {
            Optional<Lane> lane = Lane.find(tx, id).filter(it -> it.owner.equals(from) && it.open == 0);
            if (lane.isEmpty()) {
                return false;
            }
            tx.write("UPDATE session SET tenant = ?, owner = ? WHERE n = ?", to.tenant(), to.user(), lane.get().n);
            tx.afterCommit(() -> publisher.ended(id, "moved"));
            return true;
        });
    }

    @Override
    public Optional<Versioned> state(SessionId id, String key) {
        return database.read(sql -> sql.first("""
                SELECT version, json FROM state
                WHERE session = (SELECT n FROM session WHERE id = ?) AND name = ?""",
                row -> new Versioned(row.number(1), row.text(2)), id.text(), key));
    }

    @Override
    public Set<String> write(SessionId id, Changes changes) {
        return database.run(id, tx -> {
            Lane lane = Lane.find(tx, id).orElseThrow(JdbcSessions::unknown);
            Set<String> conflicts = conflicts(tx, lane, changes);
            if (conflicts.isEmpty()) {
                apply(tx, lane, changes);
            }
            return conflicts;
        });
    }

    @Override
    public Optional<Snapshot> snapshot(SessionId id, int maxTurns) {
        return database.together(sql -> {
            Optional<Found> found = sql.first(COLUMNS + "WHERE id = ?",
                    row -> new Found(session(row), row.number(10)), id.text());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            SessionRecord session = found.get().session();
            List<Turn> turns = JdbcTurns.last(sql, id, maxTurns);
            return Optional.of(new Snapshot(session, new EventId(session.epoch(), found.get().head()), turns));
        });
    }

    private record Found(SessionRecord session, long head) {}

    private static SessionRecord session(Columns row) throws SQLException {
        return new SessionRecord(new SessionId(row.text(1)), new Owner(row.text(2), row.text(3)),
                row.text(4), row.text(5), row.instant(6), row.instant(7),
                row.integer(8), row.text(9));
    }

    static NotFoundException unknown() {
        return new NotFoundException("There is no such session.");
    }

    /** The keys that are not at the version that their change expects. */
    static Set<String> conflicts(Tx tx, Lane lane, Changes changes) throws SQLException {
        Set<String> conflicts = new HashSet<>();
        for (Changes.StateChange change : changes.state()) {
            long version = tx.first(VERSION, row -> row.number(1), lane.n, change.key()).orElse(0L);
            if (version != change.expected()) {
                conflicts.add(change.key());
            }
        }
        return conflicts;
    }

    /** Writes the changes, which were found free of conflicts. */
    static void apply(Tx tx, Lane lane, Changes changes) throws SQLException {
        for (Changes.StateChange change : changes.state()) {
            tx.write(PUT, lane.n, change.key(), change.expected() + 1, change.json() == null ? "" : change.json());
        }
        for (Changes.ListChange change : changes.lists()) {
            JdbcUsers.apply(tx, change);
        }
    }
}
