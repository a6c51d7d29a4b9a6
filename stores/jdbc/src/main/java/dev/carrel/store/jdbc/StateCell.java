package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import dev.carrel.id.SessionId;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Versioned;

/** A key of a session's state, by the session's id. */
record StateCell(String session, String key) {
    /** Bytes of a value that are too many to be read with those of others. */
    static final int LARGE = 65_536;
    private static final String FIND = """
            SELECT session.id, wanted.key, octet_length(json), version, type, codec,
            CASE WHEN octet_length(json) > %d THEN NULL ELSE json END, there.until, %s
            FROM unnest(?, ?) AS wanted (id, key) JOIN session ON session.id = wanted.id
            CROSS JOIN LATERAL (SELECT * FROM state WHERE place = session.n AND name = wanted.key LIMIT 1) AS there"""
            .formatted(LARGE, Dialect.POSTGRES.now());

    /**
     * What a cell holds.
     *
     * @param large whether the value is too large to be read with others, and was not
     */
    record Held(Versioned value, boolean large) {}

    /** What these hold; one that was never written is missing. A session that is ending still tells. */
    static Map<StateCell, Held> find(Reading sql, Collection<StateCell> cells) throws SQLException {
        Map<StateCell, Held> found = new HashMap<>();
        if (sql.dialect() != Dialect.POSTGRES) {
            for (StateCell cell : cells) {
                Spot.Where where = Spot.where(new Place.OfSession(new SessionId(cell.session)));
                one(sql, where, cell.key).ifPresent(value -> found.put(cell, new Held(value, false)));
            }
            return found;
        }
        sql.list(FIND, row -> {
            found.put(new StateCell(row.text(1), row.text(2)),
                    new Held(Spot.Slot.of(row, 4).at(sql.now(row.instant(9))), row.number(3) > LARGE));
            return true;
        }, cells.stream().map(StateCell::session).toArray(String[]::new),
                cells.stream().map(StateCell::key).toArray(String[]::new));
        return found;
    }

    /** What a key holds in its place. */
    static Optional<Versioned> one(Reading sql, Spot.Where where, String key) throws SQLException {
        return sql.first(
                "SELECT version, type, codec, json, until, " + sql.dialect().now() + " FROM state WHERE place = "
                        + where.number() + " AND name = ?",
                row -> Spot.Slot.of(row, 1).at(sql.now(row.instant(6))), where.and(key));
    }
}
