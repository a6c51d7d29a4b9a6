package dev.carrel.store.jdbc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.carrel.session.Owner;
import dev.carrel.session.store.Versioned;

/** A session's row that a {@link Ride} has locked, and what its riders make of it, one after the other. Belongs to one thread. */
final class Seat {
    /** A write of a key, for the session's history. */
    record Change(long number, String by, Effect.Value value) {}

    final long n;
    final Owner owner;
    /** When it was locked, by the store's clock. */
    final Instant now;
    /** How often keys of its state were written. */
    private long changes;
    /** Old changes up to this number are to be dropped; 0 for none. */
    private long forgotten;
    private final Map<String, Versioned> found = new HashMap<>();
    private final Map<String, Effect.Value> values = new LinkedHashMap<>();
    private final List<Change> written = new ArrayList<>();

    Seat(long n, Owner owner, long changes, Instant now) {
        this.n = n;
        this.owner = owner;
        this.changes = changes;
        this.now = now;
    }

    /** A key holds this. */
    void found(String key, Spot.Slot slot) {
        found.put(key, slot.at(now));
    }

    /** What its keys hold by now; one that is missing was never written. */
    Map<String, Versioned> found() {
        return found;
    }

    /**
     * These are to be written, and those who come after see them.
     *
     * @param by what writes, for the session's history
     * @param remembered how many changes may be remembered
     */
    void write(String by, List<Effect.Value> effect, int remembered) {
        for (Effect.Value value : effect) {
            changes++;
            written.add(new Change(changes, by, value));
            values.put(value.key(), value);
            found(value.key(), new Spot.Slot(value.version(), value.encoded(), value.until()));
            if (Writing.forgets(changes, remembered)) {
                forgotten = changes - remembered;
            }
        }
    }

    /** What its keys hold in the end, as far as that was written. */
    Collection<Effect.Value> values() {
        return values.values();
    }

    List<Change> written() {
        return written;
    }

    long changes() {
        return changes;
    }

    long forgotten() {
        return forgotten;
    }
}
