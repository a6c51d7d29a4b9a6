package dev.carrel.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

/**
 * A key's value as one piece of work sees it: as it was read, and what was done to it since. As long as only the store's own
 * operations were asked for, those are what is written; once the value was set or updated, the value is, on condition that it
 * is the only one. Guarded by its {@link Work}.
 */
final class Cell<T> {
    private final StateKey<T> key;
    private final Place place;
    private final StateStore store;
    private final List<Changes.Operation> operations = new ArrayList<>(1);
    /** All that was done since it was read, or since it was replaced. */
    private final List<UnaryOperator<@Nullable T>> steps = new ArrayList<>(1);
    private long version;
    /** Null if there is none. */
    private @Nullable T stored;
    /** What is seen where there is none: the same one each time. */
    private @Nullable T initial;
    private boolean put;
    private boolean replaced;

    Cell(StateKey<T> key, Place place, StateStore store) {
        this.key = key;
        this.place = place;
        this.store = store;
        read();
    }

    private void read() {
        Versioned found = store.read(place, key.name());
        version = found.version();
        stored = found.value() == null ? null : key.format().decode(key.name(), found.value());
    }

    StateKey<T> key() {
        return key;
    }

    Place place() {
        return place;
    }

    boolean absent() {
        return stored == null;
    }

    T value() {
        if (stored != null) {
            return stored;
        }
        if (initial == null) {
            initial = key.initial();
        }
        return initial;
    }

    /** Has the store do this, which makes {@code step} of the value. */
    void operate(Changes.Operation operation, UnaryOperator<@Nullable T> step) {
        stored = step.apply(stored);
        operations.add(operation);
        steps.add(step);
    }

    void set(T value) {
        stored = value;
        put = true;
        replaced = true;
        steps.clear();
    }

    void update(UnaryOperator<T> change) {
        UnaryOperator<@Nullable T> step = found -> changed(change, found == null ? key.initial() : found);
        stored = changed(change, value());
        put = true;
        steps.add(step);
    }

    private T changed(UnaryOperator<T> change, T found) {
        return Objects.requireNonNull(change.apply(found), "the changed value of " + key);
    }

    /** Adds what there is to write. */
    void write(List<Changes.Put> puts, List<Changes.Operation> all) {
        if (put) {
            T value = stored;
            puts.add(new Changes.Put(key.name(), version, value == null ? null : key.format().encode(key.name(), value),
                    key.timeToLive().orElse(null)));
        } else {
            all.addAll(operations);
        }
    }

    /** Reads the key again and does to its new value what was done to the old one. */
    void rebase() {
        T now = stored;
        read();
        if (replaced) {
            // What was set counts, whatever was there, and so does what was done to it since.
            stored = now;
            return;
        }
        for (UnaryOperator<@Nullable T> step : steps) {
            stored = step.apply(stored);
        }
    }
}
