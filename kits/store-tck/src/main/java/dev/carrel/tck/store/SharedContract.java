package dev.carrel.tck.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.carrel.error.InvalidInputException;
import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What users, tenants and the application share: changed with a session or without one, in any order, by all at once. */
public interface SharedContract extends StateSubject {
    /** Places that many change at once. */
    private static List<Place> shared() {
        return List.of(new Place.OfUser(ALICE), new Place.OfUser(BOB), new Place.OfUser(new Owner("a", "z")),
                new Place.OfTenant("school"), new Place.OfTenant("a"), new Place.OfApplication());
    }

    @Test
    default void operations_without_a_session_do_the_same() {
        for (Place place : shared()) {
            store().state().apply(List.of(increment(place, "count", 2), append(place, "list", "a"),
                    merge(place, "object", "{\"a\":1}"), putIfAbsent(place, "first", "1"),
                    increment(place, "count", 3), new Changes.Remove(place, "first")));
            assertThat(json(place, "count")).isEqualTo("5");
            assertThat(entries(place, "list")).containsExactly("a");
            assertThat(json(place, "object")).isEqualTo("{\"a\":1}");
            assertThat(json(place, "first")).isNull();
        }
        store().state().apply(List.of());
    }

    @Test
    default void operations_without_a_session_are_all_done_or_none() {
        var user = new Place.OfUser(ALICE);
        store().state().apply(List.of(putIfAbsent(user, "large", "" + Long.MAX_VALUE)));
        List<Changes.Operation> operations = new ArrayList<>();
        for (Place place : shared()) {
            operations.add(increment(place, "count", 1));
            operations.add(append(place, "list", "a"));
        }
        for (int at = 0; at <= operations.size(); at++) {
            List<Changes.Operation> refused = new ArrayList<>(operations);
            refused.add(at, increment(user, "large", 1));
            assertThatThrownBy(() -> store().state().apply(refused)).isInstanceOf(InvalidInputException.class);
        }
        for (Place place : shared()) {
            assertThat(read(place, "count")).isEqualTo(Versioned.NEVER);
            assertThat(entries(place, "list")).isEmpty();
        }
    }

    @Test
    default void what_is_a_sessions_needs_the_session() {
        SessionId session = session();
        var count = increment(new Place.OfUser(ALICE), "count", 1);
        assertThatThrownBy(() -> store().state()
                .apply(List.of(count, increment(new Place.OfSession(session), "count", 1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(state(session, "count")).isEqualTo(Versioned.NEVER);
        assertThat(read(new Place.OfUser(ALICE), "count")).isEqualTo(Versioned.NEVER);
    }

    @Test
    default void writes_to_many_places_in_any_order_neither_block_nor_lose_each_other() {
        List<SessionId> sessions = List.of(session(), session(), session(), session());
        int each = 10;
        Together.run(16, me -> {
            var random = new Random(me);
            List<Changes.Operation> operations = new ArrayList<>();
            // Of Alice's sessions only what is hers.
            List<Changes.Operation> others = new ArrayList<>();
            List<Place> hers = places(sessions.getFirst());
            for (Place place : shared()) {
                boolean apart = me % 2 == 1 && !hers.contains(place);
                (apart ? others : operations).add(increment(place, "a", 1));
                (apart ? others : operations).add(increment(place, "b", 1));
            }
            for (int i = 0; i < each; i++) {
                Collections.shuffle(operations, random);
                if (me % 2 == 0) {
                    store().state().apply(operations);
                } else {
                    assertThat(write(sessions.get(random.nextInt(4)), new Changes(List.of(), operations))).isEmpty();
                    store().state().apply(others);
                }
            }
        });
        for (Place place : shared()) {
            assertThat(read(place, "a")).isEqualTo(new Versioned(160, value("160")));
            assertThat(read(place, "b")).isEqualTo(new Versioned(160, value("160")));
        }
    }

    @Test
    default void two_that_are_changed_together_are_seen_together() {
        var user = new Place.OfUser(ALICE);
        var tenant = new Place.OfTenant("school");
        Together.run(4, me -> {
            for (int i = 0; i < 30; i++) {
                if (me < 2) {
                    store().state().apply(List.of(increment(user, "count", 1), increment(tenant, "count", 1)));
                } else {
                    // What is read first is never ahead of what is read later.
                    long before = read(me == 2 ? user : tenant, "count").version();
                    assertThat(read(me == 2 ? tenant : user, "count").version()).isGreaterThanOrEqualTo(before);
                }
            }
        });
        assertThat(json(user, "count")).isEqualTo("60");
        assertThat(json(tenant, "count")).isEqualTo("60");
    }

    @Test
    default void what_is_erased_while_others_write_is_erased_or_written_after() {
        var user = new Place.OfUser(ALICE);
        for (int round = 0; round < 10; round++) {
            Together.run(4, me -> {
                if (me == 0) {
                    store().state().erase(user);
                } else {
                    store().state().apply(List.of(increment(user, "count", 1), append(user, "list", "e" + me)));
                }
            });
            long count = json(user, "count") == null ? 0 : Long.parseLong("" + json(user, "count"));
            assertThat(count).as("both or neither").isEqualTo(entries(user, "list").size()).isBetween(0L, 3L);
            store().state().erase(user);
            assertThat(json(user, "count")).isNull();
            assertThat(entries(user, "list")).isEmpty();
        }
    }
}
