package dev.carrel.tck.store;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.session.StateKey;
import dev.carrel.session.Work;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;

/** Session state: versioned, and never overwritten unseen. */
public interface StateContract extends StoreSubject {
    @Test
    default void a_key_counts_how_often_it_was_written() {
        SessionId session = session();
        assertThat(store().sessions().state(session, "key")).isEmpty();

        assertThat(store().sessions().write(session, change("key", 0, "\"a\""))).isEmpty();
        assertThat(store().sessions().write(session, change("key", 1, "\"b\""))).isEmpty();

        assertThat(store().sessions().state(session, "key")).contains(new Versioned(2, "\"b\""));
        assertThat(store().sessions().state(session(), "key")).isEmpty();
    }

    @Test
    default void a_removed_key_is_empty_text_and_keeps_counting() {
        SessionId session = session();
        store().sessions().write(session, change("key", 0, "1"));
        store().sessions().write(session,
                new Changes(List.of(new Changes.StateChange("key", 1, null)), List.of()));

        assertThat(store().sessions().state(session, "key")).contains(new Versioned(2, ""));
        assertThat(store().sessions().write(session, change("key", 0, "2"))).containsExactly("key");
        assertThat(store().sessions().write(session, change("key", 2, "3"))).isEmpty();
    }

    @Test
    default void a_conflict_names_the_keys_that_changed_and_writes_nothing() {
        SessionId session = session();
        store().sessions().write(session, change("old", 0, "1"));
        var changes = new Changes(
                List.of(new Changes.StateChange("fresh", 0, "2"), new Changes.StateChange("old", 0, "2"),
                        new Changes.StateChange("ahead", 5, "2")),
                List.of(new Changes.Append(ALICE, "notes", "n1", "{}", time().now())));

        assertThat(store().sessions().write(session, changes)).isEqualTo(Set.of("old", "ahead"));

        assertThat(store().sessions().state(session, "fresh")).isEmpty();
        assertThat(store().sessions().state(session, "old")).contains(new Versioned(1, "1"));
        assertThat(store().users().list(ALICE, "notes")).isEmpty();
    }

    @Test
    default void no_update_is_lost_however_many_write_one_key() {
        SessionId session = session();
        StateKey<Integer> count = StateKey.of("count", 0);
        Together.run(16, me -> {
            for (int i = 0; i < 10; i++) {
                var work = new Work(store(), time(), session, ALICE);
                work.update(count, n -> n + 1);
                Set<String> conflicts = store().sessions().write(session, work.changes());
                while (!conflicts.isEmpty()) {
                    work.rebase(conflicts);
                    conflicts = store().sessions().write(session, work.changes());
                }
            }
        });
        assertThat(store().sessions().state(session, "count")).contains(new Versioned(160, "160"));
    }

    @Test
    default void a_megabyte_comes_back_as_it_was() {
        SessionId session = session();
        String text = "\u00e9\uD83D\uDE80x".repeat(300_000);
        store().sessions().write(session, change("key", 0, text));
        assertThat(store().sessions().state(session, "key").map(Versioned::json).orElseThrow().equals(text)).isTrue();

        store().turns().accept(asking(session, "m1", text), 1);
        assertThat(claim(session).turn().message().text().equals(text)).isTrue();
    }
}
