package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.UnavailableException;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Versioned;

/**
 * A place that an operation has locked, by the number under which its state lies.
 *
 * @param number a session's n, or -n of the table {@code place}
 * @param now when it was locked, by the store's clock
 */
record Spot(long number, Instant now) {
    private static final String FIND = "SELECT -n, %s FROM place WHERE scope = ? AND tenant = ? AND owner = ?";
    private static final Map<Dialect, String> FIND_LOCKED = Arrays.stream(Dialect.values())
            .collect(Collectors.toMap(dialect -> dialect, dialect -> dialect.locking(FIND.formatted(dialect.now()))));
    private static final String VALUES = "SELECT name, version, type, codec, json, until FROM state WHERE place = ? AND ";

    /** What a key holds, and when that is past its time; null for never. */
    record Slot(long version, @Nullable Encoded value, @Nullable Instant until) {
        private static final Slot EMPTY = new Slot(0, null, null);

        static Slot of(Columns row, int column) throws SQLException {
            String json = row.textOrNull(column + 3);
            return new Slot(row.number(column),
                    json == null ? null : new Encoded(row.text(column + 1), row.integer(column + 2), json),
                    row.numberOrNull(column + 4) == null ? null : row.instant(column + 4));
        }

        Versioned at(Instant now) {
            return new Versioned(version, until != null && !now.isBefore(until) ? null : value);
        }
    }

    private static final int LOCK_TRIES = 100;

    /** By what the row of a place that is no session is found. */
    static List<String> key(Place place) {
        return switch (place) {
            case Place.OfUser user -> List.of(place.scope().text(), user.owner().tenant(), user.owner().user());
            case Place.OfTenant tenant -> List.of(place.scope().text(), tenant.tenant(), "");
            case Place.OfApplication application -> List.of(place.scope().text(), "", "");
            case Place.OfSession session ->
                throw new IllegalArgumentException("session " + session.session() + " has a row of its own");
        };
    }

    /** Locks the place, which is made if it was not there. */
    static Spot lock(Tx tx, Place place) throws SQLException {
        tx.locked(place);
        for (int i = 0; i < LOCK_TRIES; i++) {
            Optional<Spot> there = find(tx, place);
            if (there.isPresent()) {
                return there.get();
            }
            // Whoever erases the place at this moment may take it away again before it is locked.
            tx.write("INSERT INTO place (scope, tenant, owner) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    key(place).toArray());
        }
        throw new UnavailableException("What is kept here is being erased. Try again in a moment.");
    }

    private static Optional<Spot> find(Tx tx, Place place) throws SQLException {
        return tx.first(FIND_LOCKED.getOrDefault(tx.dialect(), FIND),
                row -> new Spot(row.number(1), tx.now(row.instant(2))), key(place).toArray());
    }

    /** What these keys hold now; a key that was never written is in it, too. */
    Map<String, Versioned> read(Tx tx, Collection<String> names) throws SQLException {
        Map<String, Versioned> found = new HashMap<>();
        names.forEach(name -> found.put(name, Slot.EMPTY.at(now)));
        if (tx.dialect() == Dialect.POSTGRES && !found.isEmpty()) {
            tx.list(VALUES + "name = ANY (?)", row -> found.put(row.text(1), Slot.of(row, 2).at(now)), number,
                    found.keySet().toArray(String[]::new));
            return found;
        }
        for (String name : List.copyOf(found.keySet())) {
            tx.list(VALUES + "name = ?", row -> found.put(name, Slot.of(row, 2).at(now)), number, name);
        }
        return found;
    }

    /**
     * The place of a key, in a query outside of a transaction: an expression, and the values that it takes. A session that is
     * ending is still found.
     */
    static Where where(Place place) {
        return place instanceof Place.OfSession session
                ? new Where("(SELECT n FROM session WHERE id = ?)",
                        List.of(session.session().text()))
                : new Where("(SELECT -n FROM place WHERE scope = ? AND tenant = ? AND owner = ?)", key(place));
    }

    /** @see #where */
    record Where(String number, List<String> values) {
        /** The values, and these after them. */
        Object[] and(Object... more) {
            List<Object> all = new ArrayList<>(values);
            all.addAll(Arrays.asList(more));
            return all.toArray();
        }
    }
}
