package dev.carrel.store.jdbc;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.Scope;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

/** State. */
record JdbcState(Database database, Publisher publisher, Retention retention, Finder<StateCell, StateCell.Held> cells)
        implements
            StateStore {
    private static final String HISTORY = """
            SELECT name, version, writer, at, json FROM session JOIN change ON change.session = session.n
            WHERE id = ? AND ending IS NULL AND number > changes - ? ORDER BY number DESC LIMIT ?""";
    private static final String VALUE_AT = """
            SELECT type, codec, json FROM session JOIN change ON change.session = session.n
            WHERE id = ? AND ending IS NULL AND name = ? AND version = ? AND json IS NOT NULL""";
    private static final String USAGE = """
            SELECT coalesce(scope, 'session'), 'value', name, count(*), sum(length(json))
            FROM state LEFT JOIN place ON place.n = -state.place WHERE json IS NOT NULL GROUP BY 1, 3
            UNION ALL
            SELECT coalesce(scope, 'session'), 'list', list, count(DISTINCT place), sum(length(json))
            FROM entry LEFT JOIN place ON place.n = -entry.place GROUP BY 1, 3""";

    @Override
    public Versioned read(Place place, String key) {
        if (place instanceof Place.OfSession session) {
            StateCell.Held held = cells.find(new StateCell(session.session().text(), key))
                    .orElse(new StateCell.Held(Versioned.NEVER, false));
            if (!held.large()) {
                return held.value();
            }
        }
        return database.read(sql -> StateCell.one(sql, Spot.where(place), key)).orElse(Versioned.NEVER);
    }

    @Override
    public List<ListEntry> list(Place place, String key) {
        Spot.Where where = Spot.where(place);
        return database.read(sql -> sql.list("""
                SELECT id, type, codec, json, at FROM entry WHERE place = %s AND list = ? ORDER BY n"""
                .formatted(where.number()),
                row -> new ListEntry(row.text(1), new Encoded(row.text(2), row.integer(3), row.text(4)),
                        row.instant(5)),
                where.and(key)));
    }

    @Override
    public Set<String> write(SessionId session, Owner owner, String by, Changes changes) {
        return database.run(session, StateWrite.of(session, owner, by, changes, publisher, retention));
    }

    @Override
    public void apply(List<Changes.Operation> operations) {
        Changes.requireShared(operations);
        if (operations.isEmpty()) {
            return;
        }
        Set<Place> places = operations.stream().map(Changes.Operation::place).collect(Collectors.toUnmodifiableSet());
        database.run(places, tx -> {
            Writing.prepare(tx, null, new Changes(List.of(), operations)).write("", retention);
            return true;
        });
    }

    @Override
    public List<Change> history(SessionId session, int limit) {
        return database.read(sql -> sql.list(HISTORY,
                row -> new Change(row.text(1), row.number(2), row.text(3), row.instant(4), row.textOrNull(5) == null),
                session.text(), retention.changes(), limit));
    }

    @Override
    public Optional<Encoded> valueAt(SessionId session, String key, long version) {
        return database.read(sql -> sql.first(VALUE_AT,
                row -> new Encoded(row.text(1), row.integer(2), row.text(3)), session.text(), key, version));
    }

    @Override
    public int erase(Place place) {
        if (place instanceof Place.OfSession) {
            throw new IllegalArgumentException("a session is ended, not erased");
        }
        return database.run(Set.of(place), tx -> {
            Spot spot = Spot.lock(tx, place);
            int keys = tx.first("""
                    SELECT (SELECT count(*) FROM state WHERE place = ? AND json IS NOT NULL)
                    + (SELECT count(DISTINCT list) FROM entry WHERE place = ?)""", row -> row.integer(1),
                    spot.number(), spot.number()).orElseThrow();
            tx.write("DELETE FROM state WHERE place = ?", spot.number());
            tx.write("DELETE FROM entry WHERE place = ?", spot.number());
            tx.write("DELETE FROM place WHERE n = ?", -spot.number());
            return keys;
        });
    }

    @Override
    public List<Usage> usage() {
        return database.read(sql -> sql.list(USAGE, row -> new Usage(scope(row.text(1)), row.text(2), row.text(3),
                row.number(4), row.number(5))));
    }

    private static Scope scope(String text) {
        return Arrays.stream(Scope.values()).filter(scope -> scope.text().equals(text)).findFirst()
                .orElseThrow(() -> new IllegalStateException("There is no scope \"" + text + "\"."));
    }
}
