package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.Scope;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Operations;
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

    /** A key's new value. */
    private record Value(Spot spot, String key, long version, @Nullable Encoded value, @Nullable Instant until) {}

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
        Set<String> names = new LinkedHashSet<>();
        puts.forEach(put -> names.add(put.key()));
        for (Changes.Operation operation : operations) {
            if (operation instanceof Changes.Append || operation instanceof Changes.RemoveEntry) {
                entries.add(new Entry(spot, operation));
            } else {
                names.add(operation.key());
            }
        }
        Map<String, Versioned> found = names.isEmpty() ? Map.of() : spot.read(tx, names);
        for (Changes.Put put : puts) {
            long version = version(found, put.key());
            if (version != put.expected()) {
                conflicts.add(put.key());
            }
            values.add(new Value(spot, put.key(), version + 1, put.value(), until(spot, put.timeToLive())));
        }
        operate(spot, operations, found);
    }

    private void operate(Spot spot, List<Changes.Operation> operations, Map<String, Versioned> found) {
        Map<String, Value> results = new LinkedHashMap<>();
        for (Changes.Operation operation : operations) {
            if (operation instanceof Changes.Append || operation instanceof Changes.RemoveEntry) {
                continue;
            }
            String key = operation.key();
            Value before = results.get(key);
            @Nullable
            Encoded value = before != null ? before.value() : value(found, key);
            @Nullable
            Encoded result = Operations.apply(operation, value);
            if (!Objects.equals(result, value)) {
                results.put(key,
                        new Value(spot, key, version(found, key) + 1, result, until(spot, timeToLive(operation))));
            }
        }
        values.addAll(results.values());
    }

    private static long version(Map<String, Versioned> found, String key) {
        return found.getOrDefault(key, Versioned.NEVER).version();
    }

    private static @Nullable Encoded value(Map<String, Versioned> found, String key) {
        return found.getOrDefault(key, Versioned.NEVER).value();
    }

    private static @Nullable Instant until(Spot spot, @Nullable Duration timeToLive) {
        return timeToLive == null ? null : spot.now().plus(timeToLive);
    }

    private static @Nullable Duration timeToLive(Changes.Operation operation) {
        return switch (operation) {
            case Changes.Increment it -> it.timeToLive();
            case Changes.PutIfAbsent it -> it.timeToLive();
            case Changes.Merge it -> it.timeToLive();
            case Changes.Append it -> null;
            case Changes.RemoveEntry it -> null;
            case Changes.Remove it -> null;
        };
    }

    /** Writes it; the lane's own fields are left to be saved. */
    void write(String by, Retention retention) throws SQLException {
        for (Value it : values) {
            Encoded value = it.value();
            String type = value == null ? "" : value.type();
            int codec = value == null ? 0 : value.version();
            @Nullable
            String json = value == null ? null : value.json();
            tx.write(PUT, it.spot().number(), it.key(), it.version(), type, codec, json, it.until());
            if (lane != null && it.spot().number() == lane.n) {
                lane.changes++;
                tx.write(CHANGED, lane.n, lane.changes, it.key(), it.version(), by, lane.now, type, codec, json);
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
        if (of.changes % Math.max(1, remembered / 8) == 0) {
            tx.write("DELETE FROM change WHERE session = ? AND number <= ?", of.n, of.changes - remembered);
        }
    }
}
