package dev.carrel.tck.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.Scope;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What sessions, users, tenants and the application keep under one name is apart. */
public interface ScopeContract extends StateSubject {
    /** Places whose names a careless store mixes up. */
    private List<Place> alike(SessionId session, SessionId other) {
        return List.of(new Place.OfSession(session), new Place.OfSession(other), new Place.OfUser(ALICE),
                new Place.OfUser(BOB), new Place.OfUser(new Owner("school", "Alice")),
                new Place.OfUser(new Owner("school", "alice ")), new Place.OfUser(new Owner("schoolalice", "")),
                new Place.OfUser(new Owner("", "schoolalice")), new Place.OfUser(new Owner("another school", "alice")),
                new Place.OfUser(new Owner("school", "")), new Place.OfUser(new Owner("", "")),
                new Place.OfTenant("school"), new Place.OfTenant("School"), new Place.OfTenant(""),
                new Place.OfTenant(session.text()), new Place.OfUser(new Owner(session.text(), "")),
                new Place.OfTenant("application"), new Place.OfApplication());
    }

    /** Writes to a place, from a session that may. */
    private void operate(Place place, Changes.Operation... operations) {
        operate(switch (place) {
            case Place.OfSession it -> it.session();
            case Place.OfUser it -> session(it.owner());
            case Place.OfTenant it -> session(new Owner(it.tenant(), "somebody"));
            case Place.OfApplication it -> session();
        }, operations);
    }

    @Test
    default void the_same_key_in_two_places_is_two_values() {
        List<Place> places = alike(session(), session());
        Map<Place, String> expected = new HashMap<>();
        for (Place place : places) {
            int mine = expected.size() + 1;
            operate(place, increment(place, "key", mine), append(place, "key", "e" + mine),
                    merge(place, "object", "{\"mine\":" + mine + "}"), putIfAbsent(place, "first", "" + mine));
            expected.put(place, "" + mine);
        }
        for (Place place : places) {
            String mine = expected.get(place);
            assertThat(read(place, "key")).as("%s", place).isEqualTo(new Versioned(1, value("" + mine)));
            assertThat(entries(place, "key")).as("%s", place).containsExactly("e" + mine);
            assertThat(json(place, "object")).as("%s", place).isEqualTo("{\"mine\":" + mine + "}");
            assertThat(json(place, "first")).as("%s", place).isEqualTo(mine);
        }
    }

    @Test
    default void removing_from_one_place_leaves_the_others() {
        List<Place> places = alike(session(), session());
        for (Place place : places) {
            operate(place, increment(place, "key", 1), append(place, "list", "e"));
        }
        for (int i = 0; i < places.size(); i++) {
            operate(places.get(i), new Changes.Remove(places.get(i), "key"),
                    new Changes.RemoveEntry(places.get(i), "list", "e"));
            for (int j = 0; j < places.size(); j++) {
                assertThat(json(places.get(j), "key")).as("%s", places.get(j)).isEqualTo(j <= i ? null : "1");
                assertThat(entries(places.get(j), "list")).as("%s", places.get(j)).hasSize(j <= i ? 0 : 1);
            }
        }
    }

    @Test
    default void erasing_one_place_leaves_the_others() {
        SessionId session = session();
        List<Place> places = alike(session, session());
        for (Place place : places) {
            operate(place, increment(place, "one", 1), increment(place, "two", 2), append(place, "list", "e"));
        }
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            if (place instanceof Place.OfSession) {
                assertThatThrownBy(() -> store().state().erase(place)).isInstanceOf(IllegalArgumentException.class);
                continue;
            }
            assertThat(store().state().erase(place)).isEqualTo(3);
            assertThat(store().state().erase(place)).isEqualTo(0);
            for (int j = 0; j < places.size(); j++) {
                boolean erased = j <= i && !(places.get(j) instanceof Place.OfSession);
                assertThat(json(places.get(j), "one")).as("%s", places.get(j)).isEqualTo(erased ? null : "1");
                assertThat(entries(places.get(j), "list")).as("%s", places.get(j)).hasSize(erased ? 0 : 1);
            }
        }
    }

    @Test
    default void the_end_of_a_session_takes_only_its_own() {
        SessionId session = session();
        SessionId other = session();
        List<Place> places = alike(session, other);
        for (Place place : places) {
            operate(place, increment(place, "key", 1), append(place, "list", "e"));
        }
        assertThat(end(session)).isTrue();
        for (Place place : places) {
            boolean gone = place.equals(new Place.OfSession(session));
            assertThat(json(place, "key")).as("%s", place).isEqualTo(gone ? null : "1");
            assertThat(entries(place, "list")).as("%s", place).hasSize(gone ? 0 : 1);
        }
    }

    @Test
    default void usage_counts_every_place_under_its_scope() {
        for (Owner owner : List.of(ALICE, BOB)) {
            SessionId session = session(owner);
            operate(session, putIfAbsent(new Place.OfSession(session), "key", "12345"),
                    putIfAbsent(new Place.OfUser(owner), "key", "12"),
                    putIfAbsent(new Place.OfTenant("school"), "key", "123"),
                    new Changes.Append(new Place.OfUser(owner), "list", "e1", value("\"1\""), time().now()),
                    new Changes.Append(new Place.OfUser(owner), "list", "e2", value("\"2\""), time().now()));
        }
        operate(session(), putIfAbsent(new Place.OfApplication(), "key", "1"));
        assertThat(store().state().usage()).containsExactlyInAnyOrder(
                new StateStore.Usage(Scope.SESSION, "value", "key", 2, 10),
                new StateStore.Usage(Scope.USER, "value", "key", 2, 4),
                new StateStore.Usage(Scope.TENANT, "value", "key", 1, 3),
                new StateStore.Usage(Scope.APPLICATION, "value", "key", 1, 1),
                new StateStore.Usage(Scope.USER, "list", "list", 2, 12));
    }
}
