package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.Scope;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Versioned;

/**
 * What changes come to: found out while all that they go by is locked, before anything of it is written. Places other than
 * the session are locked in one order, users before tenants before the application, so that no two operations wait for each
 * other, and what most wait for is locked last.
 */
final class Writing {
    private static final Comparator<Place> ORDER = Comparator.comparing(Place::scope)
            .thenComparing(place -> String.join("\0", Spot.key(place)));
    private static final String PUT = """
            INSERT INTO state (place, name, version, type, codec, json, until) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (place, name) DO UPDATE SET version = excluded.version, type = excluded.type,
            codec = excluded.codec, json = excluded.json, until = excluded.until""";
    private static final String APPEND = """
            INSERT INTO entry (place, list, id, type, codec, json, at) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (place, list, id) DO NOTHING""";
    private static final String REMOVE = "DELETE FROM entry WHERE place = ? AND list = ? AND id = ?";
    private static final String CHANGED = """
            INSERT INTO change (session, number, name, version, writer, at, type, codec, json)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    /** A key's new value in its place. */
    private record Value(Spot spot, Effect.Value value) {}

    /** A change of a list. */
    private record Entry(Spot spot, Changes.Operation operation) {}

    private final Tx tx;
    private final @Nullable Lane lane;
    private final Set<String> conflicts = new HashSet<>();
    private final List<Value> values = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();

    private Writing(Tx tx, @Nullable Lane lane) {
        this.tx = tx;
        this.lane = lane;
    }

    /**
     * Finds out what the changes come to.
     *
     * @param lane the session's; null if nothing of a session changes
     * @throws dev.carrel.error.InvalidInputException if an operation cannot be done
     */
    static Writing prepare(Tx tx, @Nullable Lane lane, Changes changes) throws SQLException {
        var writing = new Writing(tx, lane);
        List<Changes.Operation> own = new ArrayList<>();
        Map<Place, List<Changes.Operation>> shared = new TreeMap<>(ORDER);
        for (Changes.Operation operation : changes.operations()) {
            if (operation.place().scope() == Scope.SESSION) {
                own.add(operation);
            } else {
                shared.computeIfAbsent(operation.place(), place -> new ArrayList<>()).add(operation);
            }
        }
        if (lane != null && !(own.isEmpty() && changes.puts().isEmpty())) {
            writing.find(new Spot(lane.n, lane.now), changes.puts(), own);
        }
        if (writing.conflicts.isEmpty()) {
            for (var place : shared.entrySet()) {
                writing.find(Spot.lock(tx, place.getKey()), List.of(), place.getValue());
            }
        }
        return writing;
    }

    /** The keys that are not at the version that their put expects. */
    Set<String> conflicts() {
        return conflicts;
    }

    private void find(Spot spot, List<Changes.Put> puts, List<Changes.Operation> operations) throws SQLException {
        Set<String> keys = Effect.keys(puts, operations);
        Map<String, Versioned> found = keys.isEmpty() ? Map.of() : spot.read(tx, keys);
        Effect effect = Effect.of(puts, operations, found, spot.now());
        conflicts.addAll(effect.conflicts());
        effect.values().forEach(value -> values.add(new Value(spot, value)));
        operations.stream().filter(Effect::ofList).forEach(operation -> entries.add(new Entry(spot, operation)));
    }

    /** Writes it; the lane's own fields are left to be saved. */
    void write(String by, Retention retention) throws SQLException {
        for (Value one : values) {
            long place = one.spot().number();
            Effect.Value it = one.value();
            tx.write(PUT, place, it.key(), it.version(), it.type(), it.codec(), it.json(), it.until());
            if (lane != null && place == lane.n) {
                lane.changes++;
                tx.write(CHANGED, lane.n, lane.changes, it.key(), it.version(), by, lane.now, it.type(), it.codec(),
                        it.json());
                forget(lane, retention.changes());
            }
        }
        for (Entry it : entries) {
            long place = it.spot().number();
            switch (it.operation()) {
                case Changes.Append append ->
                    tx.write(APPEND, place, append.key(), append.id(), append.value().type(), append.value().version(),
                            append.value().json(), append.at());
                case Changes.RemoveEntry remove -> tx.write(REMOVE, place, remove.key(), remove.id());
                default -> throw new AssertionError(it);
            }
        }
    }

    /** Drops what is more than may be remembered, a few at a time. */
    private void forget(Lane of, int remembered) throws SQLException {
        if (forgets(of.changes, remembered)) {
            tx.write("DELETE FROM change WHERE session = ? AND number <= ?", of.n, of.changes - remembered);
        }
    }

    /** Whether it is time to drop old changes, now that there have been so many. */
    static boolean forgets(long changes, int remembered) {
        return changes % Math.max(1, remembered / 8) == 0;
    }
}
