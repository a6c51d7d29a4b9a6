package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.ConflictException;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.session.EndReason;
import dev.carrel.session.EventId;
import dev.carrel.session.Owner;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.EndedSession;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.SessionStore;
import dev.carrel.session.store.Snapshot;

/** Sessions. */
record JdbcSessions(Database database, Publisher publisher, Retention retention,
        Finder<SessionId, SessionRecord> byId) implements SessionStore {
    private static final String COLUMNS = "SELECT id, tenant, owner, chat, title, created, active, turns, epoch, head ";
    private static final String CREATE = """
            INSERT INTO session (id, tenant, owner, chat, title, created, active, turns, epoch)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final String DUE = COLUMNS + """
            FROM session WHERE ending IS NULL AND open = 0 AND (active < ? OR created < ?)
            ORDER BY active, n LIMIT ?""";
    private static final String BEYOND = COLUMNS + """
            FROM (SELECT * FROM session WHERE tenant = ? AND owner = ? AND ending IS NULL
            ORDER BY active DESC, n LIMIT 9223372036854775807 OFFSET ?) AS more
            WHERE open = 0 ORDER BY active, n DESC LIMIT ?""";
    private static final String ENDED = "SELECT ended.id, ended.tenant, ended.owner, ended.chat, reason, at FROM ended ";

    private static final String FIND = COLUMNS + "FROM session WHERE ending IS NULL AND id ";

    /** Sessions by their ids. */
    static Map<SessionId, SessionRecord> find(Reading sql, Collection<SessionId> ids) throws SQLException {
        Map<SessionId, SessionRecord> found = new HashMap<>();
        if (sql.dialect() == Dialect.POSTGRES) {
            sql.list(FIND + "= ANY (?)", row -> note(session(row), found),
                    (Object) ids.stream().map(SessionId::text).toArray(String[]::new));
            return found;
        }
        for (SessionId id : ids) {
            sql.list(FIND + "= ?", row -> note(session(row), found), id.text());
        }
        return found;
    }

    private static boolean note(SessionRecord session, Map<SessionId, SessionRecord> in) {
        in.put(session.id(), session);
        return true;
    }

    @Override
    public void create(SessionRecord session) {
        database.admit(session.id(), tx -> {
            boolean known = tx.first("""
                    SELECT 1 FROM session WHERE id = ? UNION ALL SELECT 1 FROM ended WHERE id = ?""", row -> true,
                    session.id().text(), session.id().text()).isPresent();
            if (known) {
                throw new ConflictException("There is a session of this id already.");
            }
            tx.write(CREATE, session.id().text(), session.owner().tenant(), session.owner().user(),
                    session.chat(), session.title(), session.created(), session.active(), session.turns(),
                    session.epoch());
            return true;
        });
    }

    @Override
    public Optional<SessionRecord> find(SessionId id) {
        return byId.find(id);
    }

    @Override
    public List<SessionRecord> list(Owner owner, int limit) {
        return database.read(sql -> sql.list(
                COLUMNS + """
                        FROM session WHERE tenant = ? AND owner = ? AND ending IS NULL
                        ORDER BY active DESC, n DESC LIMIT ?""",
                JdbcSessions::session, owner.tenant(), owner.user(), limit));
    }

    @Override
    public boolean move(SessionId id, Owner from, Owner to) {
        return database.run(id, tx -> {
            Optional<Lane> lane = Lane.find(tx, id).filter(it -> it.isOf(from) && it.open == 0);
            if (lane.isEmpty()) {
                return false;
            }
            tx.write("UPDATE session SET tenant = ?, owner = ? WHERE n = ?", to.tenant(), to.user(), lane.get().n);
            tx.afterCommit(() -> publisher.ended(id, "moved"));
            return true;
        });
    }

    @Override
    public Optional<SessionRecord> ending(SessionId id, EndReason reason, @Nullable Owner owner,
            @Nullable Instant idleSince) {
        return database.run(id, tx -> {
            Lane lane = Lane.find(tx, id).orElse(null);
            if (lane == null || (owner != null && !lane.isOf(owner))
                    || (idleSince != null && (lane.open > 0 || lane.session.active().isAfter(idleSince)))) {
                return Optional.empty();
            }
            SessionRecord session = lane.session;
            tx.write("UPDATE session SET ending = ? WHERE n = ?", reason.text(), lane.n);
            tx.write("INSERT INTO ended (id, tenant, owner, chat, reason, at) VALUES (?, ?, ?, ?, ?, ?)", id.text(),
                    session.owner().tenant(), session.owner().user(), session.chat(), reason.text(), lane.now);
            tx.afterCommit(() -> publisher.ended(id, reason.text()));
            return Optional.of(session);
        });
    }

    @Override
    public boolean end(SessionId id, Changes last) {
        last.requireFarewell();
        return database.run(id, tx -> {
            Long n = tx.first(tx.dialect().locking("SELECT n FROM session WHERE id = ? AND ending IS NOT NULL"),
                    row -> row.number(1), id.text()).orElse(null);
            if (n == null) {
                return false;
            }
            Writing.prepare(tx, null, last).write("", retention);
            tx.write("DELETE FROM state WHERE place = ?", n);
            tx.write("DELETE FROM entry WHERE place = ?", n);
            tx.write("DELETE FROM session WHERE n = ?", n);
            return true;
        });
    }

    @Override
    public Optional<EndedSession> ended(SessionId id) {
        return database.read(sql -> sql.first(ENDED + "WHERE id = ?", JdbcSessions::stone, id.text()));
    }

    @Override
    public List<EndedSession> ending(Instant before, int limit) {
        return database.read(sql -> sql.list(
                ENDED + """
                        JOIN session ON session.id = ended.id WHERE ending IS NOT NULL AND at < ?
                        ORDER BY at LIMIT ?""", JdbcSessions::stone, before, limit));
    }

    @Override
    public List<SessionRecord> due(Instant idle, Instant created, int limit) {
        return database.read(sql -> sql.list(DUE, JdbcSessions::session, idle, created, limit));
    }

    @Override
    public List<SessionRecord> beyond(Place whose, int cap, int limit) {
        return switch (whose) {
            case Place.OfUser user -> database.read(sql -> sql.list(BEYOND, JdbcSessions::session,
                    user.owner().tenant(), user.owner().user(), cap, limit));
            case Place.OfTenant tenant -> database.read(sql -> sql.list(BEYOND.replace("AND owner = ? ", ""),
                    JdbcSessions::session, tenant.tenant(), cap, limit));
            default -> throw new IllegalArgumentException("a cap is a user's or a tenant's, not " + whose);
        };
    }

    @Override
    public Optional<Snapshot> snapshot(SessionId id, int maxTurns) {
        return database.together(sql -> {
            Optional<Found> found = sql.first(COLUMNS + "FROM session WHERE id = ? AND ending IS NULL",
                    row -> new Found(session(row), row.number(10)), id.text());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            SessionRecord session = found.get().session();
            return Optional.of(new Snapshot(session, new EventId(session.epoch(), found.get().head()),
                    TurnRow.last(sql, id, maxTurns), Questions.answered(sql, id, maxTurns)));
        });
    }

    private record Found(SessionRecord session, long head) {}

    private static SessionRecord session(Columns row) throws SQLException {
        return new SessionRecord(new SessionId(row.text(1)), new Owner(row.text(2), row.text(3)),
                row.text(4), row.text(5), row.instant(6), row.instant(7), row.integer(8), row.text(9));
    }

    private static EndedSession stone(Columns row) throws SQLException {
        return new EndedSession(new SessionId(row.text(1)), new Owner(row.text(2), row.text(3)), row.text(4),
                row.text(5), row.instant(6));
    }

    static NotFoundException unknown() {
        return new NotFoundException("There is no such session.");
    }
}
