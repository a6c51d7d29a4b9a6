package dev.carrel.tck.store;

import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;

import static org.assertj.core.api.Assertions.assertThat;

/** What belongs to users, and what was withdrawn from them. */
public interface UserContract extends StoreSubject {
    /** Appends to a user's list, in a session of theirs. */
    default void add(Owner owner, String list, String id, String json) {
        SessionId session = session(owner);
        write(session,
                new Changes(List.of(), List.of(note(owner, list, id, json))));
    }

    /** The ids in a user's list. */
    default List<String> ids(Owner owner, String list) {
        return list(owner, list).stream().map(StateStore.ListEntry::id).toList();
    }

    @Test
    default void a_list_keeps_the_order_in_which_it_was_appended_to() {
        add(ALICE, "notes", "z", "1");
        add(ALICE, "notes", "a", "2");
        add(ALICE, "notes", "m", "3");
        assertThat(ids(ALICE, "notes")).containsExactly("z", "a", "m");
        assertThat(list(ALICE, "notes").getFirst())
                .isEqualTo(new StateStore.ListEntry("z", value("1"), time().now()));
        assertThat(list(ALICE, "none")).isEmpty();
    }

    @Test
    default void the_lists_of_two_owners_are_apart() {
        add(ALICE, "notes", "n1", "\"alice's\"");
        add(BOB, "notes", "n1", "\"bob's\"");
        add(new Owner("another school", "alice"), "notes", "n1", "\"another alice's\"");
        add(new Owner("the last school", "alice"), "notes", "n2", "\"the last alice's\"");
        add(new Owner("school", "aaron"), "notes", "n3", "\"aaron's\"");
        add(ALICE, "other", "n1", "\"another list\"");
        write(session(BOB),
                new Changes(List.of(), List.of(new Changes.RemoveEntry(new Place.OfUser(BOB), "notes", "n1"))));

        assertThat(list(ALICE, "notes")).extracting(it -> it.value().json())
                .containsExactly("\"alice's\"");
        assertThat(ids(BOB, "notes")).isEmpty();
        assertThat(ids(new Owner("another school", "alice"), "notes")).containsExactly("n1");
    }

    @Test
    default void appending_an_id_again_changes_nothing() {
        add(ALICE, "notes", "n1", "1");
        add(ALICE, "notes", "n2", "2");
        add(ALICE, "notes", "n1", "3");
        assertThat(list(ALICE, "notes")).extracting(it -> it.value().json()).containsExactly("1",
                "2");
    }

    @Test
    default void removing_takes_one_entry_and_is_harmless_when_repeated() {
        add(ALICE, "notes", "n1", "1");
        add(ALICE, "notes", "n2", "2");
        var removal = new Changes(List.of(), List.of(new Changes.RemoveEntry(new Place.OfUser(ALICE), "notes", "n1")));
        for (int i = 0; i < 2; i++) {
            assertThat(write(session(), removal)).isEmpty();
            assertThat(ids(ALICE, "notes")).containsExactly("n2");
        }
        add(ALICE, "notes", "n3", "3");
        assertThat(ids(ALICE, "notes")).containsExactly("n2", "n3");
    }

    @Test
    default void appends_of_many_sessions_at_once_are_all_there() {
        Together.run(16, me -> add(ALICE, "notes", "n" + me, "{}"));
        assertThat(ids(ALICE, "notes")).hasSize(16);
    }

    @Test
    default void a_list_outlives_the_session_that_wrote_it() {
        SessionId session = session();
        write(session,
                new Changes(List.of(), List.of(note(ALICE, "notes", "n1", "1"))));
        end(session);
        assertThat(ids(ALICE, "notes")).containsExactly("n1");
    }

    @Test
    default void hostile_entries_come_back_as_they_were() {
        for (String text : hostile()) {
            var owner = new Owner(text, text);
            add(owner, text, text, text);
            assertThat(list(owner, text)).containsExactly(
                    new StateStore.ListEntry(text, value(text), time().now()));
        }
    }

    @Test
    default void a_revoked_credential_is_revoked_and_no_other() {
        assertThat(store().revocations().revoked("c1")).isFalse();
        store().revocations().revoke("c1", time().now().plusSeconds(60));
        store().revocations().revoke("c1", time().now().plusSeconds(30));
        store().revocations().revoke("c2", Instant.MAX);
        time().pass(java.time.Duration.ofSeconds(45));
        store().revocations().revoke("c3", time().now().plusSeconds(60));

        assertThat(store().revocations().revoked("c1")).isTrue();
        assertThat(store().revocations().revoked("c2")).isTrue();
        assertThat(store().revocations().revoked("C1")).isFalse();
    }
}
