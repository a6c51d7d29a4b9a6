package dev.carrel.tck.store;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;

/** Names that a careless store breaks on, or takes for each other. */
public interface HostileContract extends StateSubject {
    /** Names that are different, however alike they look to a collation, a pattern or a separator. */
    default List<String> names() {
        List<String> names = new ArrayList<>(hostile());
        names.addAll(List.of("", " ", "  ", "a", "A", "a ", " a", "\u00e9", "e\u0301", "\u00df", "ss", "\u0130", "i",
                "%", "_", "a%", "a_", "*", "?", "k\u0001", "a:b", "a/b", "a.b", "a\tb", "a\nb", "a'b", "a''b", "a\"b",
                "a\\b", "\uFF21", "1", "01", "1.0", "null", "x".repeat(300), "x".repeat(301)));
        return names;
    }

    @Test
    default void every_name_is_a_key_of_its_own_in_every_place() {
        SessionId session = session();
        List<String> names = names();
        assertThat(names).doesNotHaveDuplicates();
        for (Place place : places(session)) {
            for (String name : names) {
                assertThat(read(place, name)).isEqualTo(Versioned.NEVER);
                operate(session, putIfAbsent(place, name, "\"" + names.indexOf(name) + "\""),
                        append(place, name, name), append(place, "list", name));
            }
            for (String name : names) {
                assertThat(json(place, name)).isEqualTo("\"" + names.indexOf(name) + "\"");
                assertThat(entries(place, name)).containsExactly(name);
            }
            assertThat(entries(place, "list")).isEqualTo(names);
            operate(session, new Changes.Remove(place, "a"), new Changes.RemoveEntry(place, "list", "a"),
                    new Changes.Remove(place, "%"), new Changes.RemoveEntry(place, "list", "%"));
            assertThat(names.stream().filter(name -> json(place, name) == null)).containsExactlyInAnyOrder("a", "%");
            assertThat(entries(place, "list")).hasSize(names.size() - 2).doesNotContain("a", "%");
        }
    }

    @Test
    default void every_name_is_a_user_and_a_tenant_of_its_own() {
        List<String> names = names();
        for (String name : names) {
            SessionId session = session(new Owner(name, name));
            operate(session, increment(new Place.OfUser(new Owner(name, name)), "key", 1),
                    increment(new Place.OfTenant(name), "key", 1));
            store().state().apply(List.of(increment(new Place.OfUser(new Owner("school", name)), "key", 1)));
        }
        for (String name : names) {
            for (Place place : List.of(new Place.OfUser(new Owner(name, name)), new Place.OfTenant(name),
                    new Place.OfUser(new Owner("school", name)))) {
                assertThat(json(place, "key")).as("%s", place).isEqualTo("1");
            }
            assertThat(store().sessions().list(new Owner(name, name), 10)).extracting(SessionRecord::owner)
                    .containsExactly(new Owner(name, name));
            assertThat(store().sessions().beyond(new Place.OfTenant(name), 0, 10)).hasSize(1);
        }
    }

    @Test
    default void values_types_and_ids_come_back_as_they_were() {
        SessionId session = session();
        for (String text : hostile()) {
            var value = new Encoded(text, 3, text);
            write(session, new Changes(List.of(new Changes.Put(text, 0, value, null)), List.of()));
            assertThat(state(session, text)).isEqualTo(new Versioned(1, value));
            assertThat(store().state().valueAt(session, text, 1)).contains(value);
            var place = new Place.OfUser(ALICE);
            operate(session, new Changes.Append(place, text, text, value, time().now()),
                    new Changes.PutIfAbsent(place, text, value, null));
            assertThat(store().state().list(place, text))
                    .containsExactly(new StateStore.ListEntry(text, value, time().now()));
            assertThat(read(place, text).value()).isEqualTo(value);
        }
        assertThat(store().state().history(session, 100)).extracting(StateStore.Change::key)
                .containsExactlyElementsOf(hostile().reversed());
    }

    @Test
    default void what_writes_may_have_any_name() {
        SessionId session = session();
        for (String by : hostile()) {
            long version = state(session, "key").version();
            store().state().write(session, ALICE, by, change("key", version, "1"));
            assertThat(store().state().history(session, 1).getFirst().by()).isEqualTo(by);
        }
    }

    @Test
    default void every_message_id_is_one_of_its_own() {
        SessionId session = session();
        List<String> names = List.of("a", "A", "a-", "a_", "-", "_", "__", "--", "1", "01", "0", "null", "x".repeat(63),
                "x".repeat(64));
        for (String name : names) {
            assertThat(accept(asking(session, name, name), 1_000).repeated()).as("%s", name).isFalse();
        }
        for (String name : names) {
            assertThat(accept(asking(session, name, name), 1_000).repeated()).as("%s", name).isTrue();
        }
        assertThat(log(session)).hasSize(names.size());
    }
}
