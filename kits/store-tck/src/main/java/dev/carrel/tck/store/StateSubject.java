package dev.carrel.tck.store;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;

/** Steps on what is kept under keys, wherever it lies. */
public interface StateSubject extends StoreSubject {
    /** More than any value of these tests has. */
    int MUCH = 10_000_000;

    /** Where Alice's session can keep something. */
    default List<Place> places(SessionId session) {
        return List.of(new Place.OfSession(session), new Place.OfUser(ALICE), new Place.OfTenant(ALICE.tenant()),
                new Place.OfApplication());
    }

    /** Carries out operations of the session, which meet no conflict. */
    default void operate(SessionId session, Changes.Operation... operations) {
        assertThat(write(session, new Changes(List.of(), List.of(operations)))).isEmpty();
    }

    /** What the key holds there. */
    default Versioned read(Place place, String key) {
        return store().state().read(place, key);
    }

    /** The JSON that the key holds there; null for none. */
    default @Nullable String json(Place place, String key) {
        var value = read(place, key).value();
        return value == null ? null : value.json();
    }

    /** The ids in the list there. */
    default List<String> entries(Place place, String key) {
        return store().state().list(place, key).stream().map(StateStore.ListEntry::id).toList();
    }

    /** Adds to a number that begins at 0. */
    default Changes.Increment increment(Place place, String key, long by) {
        return new Changes.Increment(place, key, value("0"), by, null);
    }

    /** An entry of a list. */
    default Changes.Append append(Place place, String key, String id) {
        return new Changes.Append(place, key, id, value("\"" + id + "\""), time().now());
    }

    /** A value for a key that holds none. */
    default Changes.PutIfAbsent putIfAbsent(Place place, String key, String json) {
        return new Changes.PutIfAbsent(place, key, value(json), null);
    }

    /** Members for an object that begins empty. */
    default Changes.Merge merge(Place place, String key, String patch) {
        return new Changes.Merge(place, key, value("{}"), patch, MUCH, null);
    }

    /** Writes a value for so long, whatever is there, of a key that only one writes. */
    default Set<String> putFor(SessionId session, String key, String json, @Nullable Duration timeToLive) {
        long version = state(session, key).version();
        return write(session,
                new Changes(List.of(new Changes.Put(key, version, value(json), timeToLive)), List.of()));
    }

    /** Sweeps until there is nothing left to sweep; how much was removed. */
    default int sweep() {
        int all = 0;
        for (int i = 0; i < 10_000; i++) {
            int swept = store().sweep();
            if (swept == 0) {
                return all;
            }
            all += swept;
        }
        throw new AssertionError("there is always something left to sweep");
    }
}
