package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.Owner;

/**
 * Writes of the state of many sessions in one transaction on PostgreSQL, made of a handful of statements for all of them. What
 * is locked by somebody else is left out, as is what is missing, ending or large: so nobody waits for a stranger, and no two
 * rides for each other.
 */
final class Ride {
    /**
     * The riders of one session, in their order.
     *
     * @param of what they go by
     */
    record Group(Object of, List<Request<?>> riders) {}

    private static final String LOCK = """
            SELECT id, n, tenant, owner, changes, %s, %s FROM session WHERE id = ANY (?) AND ending IS NULL
            FOR NO KEY UPDATE SKIP LOCKED""".formatted(Dialect.POSTGRES.now(), Dialect.POSTGRES.transaction());
    /** A statement of its own, after the locks: what it sees is what the last who had them has left. */
    private static final String FIND = """
            SELECT n, octet_length(json), key, version, type, codec,
            CASE WHEN octet_length(json) > %d THEN NULL ELSE json END, until
            FROM unnest(?, ?) AS wanted (n, key)
            CROSS JOIN LATERAL (SELECT * FROM state WHERE place = n AND name = key LIMIT 1) AS there"""
            .formatted(StateCell.LARGE);
    private static final String PUT = """
            INSERT INTO state (place, name, version, type, codec, json, until)
            SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (place, name) DO UPDATE SET version = excluded.version, type = excluded.type,
            codec = excluded.codec, json = excluded.json, until = excluded.until""";
    private static final String CHANGED = """
            INSERT INTO change (session, number, name, version, writer, at, type, codec, json)
            SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final String FORGET = """
            DELETE FROM change USING unnest(?, ?) AS old (n, until) WHERE session = n AND number <= until""";
    private static final String SAVE = """
            UPDATE session SET changes = now.changes FROM unnest(?, ?) AS now (n, changes) WHERE session.n = now.n""";

    private final Tx tx;
    private final Map<String, Seat> seats = new HashMap<>();

    private Ride(Tx tx) {
        this.tx = tx;
    }

    /** Attempts them, and returns those groups that it had to leave out: of these, none was attempted. */
    static Set<Group> run(Tx tx, List<Group> groups) throws SQLException {
        var ride = new Ride(tx);
        ride.lock(groups);
        ride.find(groups);
        Set<Group> left = new HashSet<>();
        for (Group group : groups) {
            Seat seat = ride.seats.get(session(group));
            if (seat == null) {
                left.add(group);
            } else {
                group.riders().forEach(rider -> rider.attempt(seat));
            }
        }
        ride.write();
        return left;
    }

    private static String session(Group group) {
        return group.riders().getFirst().rider().session();
    }

    private void lock(List<Group> groups) throws SQLException {
        String[] ids = groups.stream().map(Ride::session).toArray(String[]::new);
        tx.list(LOCK, row -> {
            tx.named(row.textOrNull(7));
            seats.put(row.text(1), new Seat(row.number(2), new Owner(row.text(3), row.text(4)), row.number(5),
                    tx.now(row.instant(6))));
            return true;
        }, (Object) ids);
    }

    private void find(List<Group> groups) throws SQLException {
        Map<Long, Seat> found = new HashMap<>();
        List<Long> places = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (Group group : groups) {
            Seat seat = seats.get(session(group));
            if (seat != null) {
                found.put(seat.n, seat);
                Set<String> keys = new HashSet<>();
                group.riders().forEach(rider -> keys.addAll(rider.rider().keys()));
                for (String key : keys) {
                    places.add(seat.n);
                    names.add(key);
                }
            }
        }
        if (places.isEmpty()) {
            return;
        }
        Set<Seat> large = new HashSet<>();
        tx.list(FIND, row -> {
            Seat seat = Objects.requireNonNull(found.get(row.number(1)));
            seat.found(row.text(3), Spot.Slot.of(row, 4));
            return row.number(2) <= StateCell.LARGE || large.add(seat);
        }, places.toArray(Long[]::new), names.toArray(String[]::new));
        seats.values().removeAll(large);
    }

    /** Columns of what is written: a row of each thing. */
    private record Rows<R>(List<R> rows) {
        Long[] numbers(Function<R, @Nullable Long> column) {
            return rows.stream().map(column).toArray(Long[]::new);
        }

        Integer[] integers(Function<R, Integer> column) {
            return rows.stream().map(column).toArray(Integer[]::new);
        }

        String[] texts(Function<R, @Nullable String> column) {
            return rows.stream().map(column).toArray(String[]::new);
        }
    }

    private record Put(Seat seat, Effect.Value value) {}

    private record Changed(Seat seat, Seat.Change change) {
        Effect.Value value() {
            return change.value();
        }
    }

    private void write() throws SQLException {
        List<Put> puts = new ArrayList<>();
        List<Changed> changes = new ArrayList<>();
        List<Seat> written = new ArrayList<>();
        for (Seat seat : seats.values()) {
            seat.values().forEach(value -> puts.add(new Put(seat, value)));
            seat.written().forEach(change -> changes.add(new Changed(seat, change)));
            if (!seat.written().isEmpty()) {
                written.add(seat);
            }
        }
        if (written.isEmpty()) {
            return;
        }
        var put = new Rows<>(puts);
        tx.write(PUT, put.numbers(it -> it.seat().n), put.texts(it -> it.value().key()),
                put.numbers(it -> it.value().version()), put.texts(it -> it.value().type()),
                put.integers(it -> it.value().codec()), put.texts(it -> it.value().json()),
                put.numbers(it -> it.value().until() == null ? null : Sql.nanos(it.value().until())));
        // Before the sessions: their rows are locked as they stand, which the foreign key asks for.
        var change = new Rows<>(changes);
        tx.write(CHANGED, change.numbers(it -> it.seat().n), change.numbers(it -> it.change().number()),
                change.texts(it -> it.value().key()), change.numbers(it -> it.value().version()),
                change.texts(it -> it.change().by()), change.numbers(it -> Sql.nanos(it.seat().now)),
                change.texts(it -> it.value().type()), change.integers(it -> it.value().codec()),
                change.texts(it -> it.value().json()));
        var forgetful = new Rows<>(written.stream().filter(seat -> seat.forgotten() > 0).toList());
        if (!forgetful.rows().isEmpty()) {
            tx.write(FORGET, forgetful.numbers(seat -> seat.n), forgetful.numbers(Seat::forgotten));
        }
        var session = new Rows<>(written);
        tx.write(SAVE, session.numbers(seat -> seat.n), session.numbers(Seat::changes));
    }
}
