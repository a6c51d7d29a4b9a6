package dev.carrel.tck.store;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.session.Locals;
import dev.carrel.session.StateKey;
import dev.carrel.session.Work;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;

/** Session state: versioned, and never overwritten unseen. */
public interface StateContract extends StoreSubject {
    @Test
    default void a_key_counts_how_often_it_was_written() {
        SessionId session = session();
        assertThat(state(session, "key")).isEqualTo(Versioned.NEVER);

        assertThat(write(session, change("key", 0, "\"a\""))).isEmpty();
        assertThat(write(session, change("key", 1, "\"b\""))).isEmpty();

        assertThat(state(session, "key")).isEqualTo(new Versioned(2, value("\"b\"")));
        assertThat(state(session(), "key")).isEqualTo(Versioned.NEVER);
    }

    @Test
    default void a_removed_key_has_no_value_and_keeps_counting() {
        SessionId session = session();
        write(session, change("key", 0, "1"));
        write(session,
                new Changes(List.of(put("key", 1, null)), List.of()));

        assertThat(state(session, "key")).isEqualTo(new Versioned(2, null));
        assertThat(write(session, change("key", 0, "2"))).containsExactly("key");
        assertThat(write(session, change("key", 2, "3"))).isEmpty();
    }

    @Test
    default void a_conflict_names_the_keys_that_changed_and_writes_nothing() {
        SessionId session = session();
        write(session, change("old", 0, "1"));
        var changes = new Changes(
                List.of(put("fresh", 0, "2"), put("old", 0, "2"),
                        put("ahead", 5, "2")),
                List.of(note(ALICE, "notes", "n1", "{}")));

        assertThat(write(session, changes)).isEqualTo(Set.of("old", "ahead"));

        assertThat(state(session, "fresh")).isEqualTo(Versioned.NEVER);
        assertThat(state(session, "old")).isEqualTo(new Versioned(1, value("1")));
        assertThat(list(ALICE, "notes")).isEmpty();
    }

    @Test
    default void no_update_is_lost_however_many_write_one_key() {
        SessionId session = session();
        StateKey<Integer> count = StateKey.of("count", 0);
        Together.run(16, me -> {
            for (int i = 0; i < 10; i++) {
                var work = new Work(store(), time(), session, ALICE, Locals.none());
                work.update(count, n -> n + 1);
                Set<String> conflicts = write(session, work.changes());
                while (!conflicts.isEmpty()) {
                    work.rebase(conflicts);
                    conflicts = write(session, work.changes());
                }
            }
        });
        assertThat(state(session, "count")).isEqualTo(new Versioned(160, new Encoded("Integer", 1, "160")));
    }

    @Test
    default void a_megabyte_comes_back_as_it_was() {
        SessionId session = session();
        String text = "\u00e9\uD83D\uDE80x".repeat(300_000);
        write(session, change("key", 0, text));
        assertThat(value(text).equals(state(session, "key").value())).isTrue();

        accept(asking(session, "m1", text), 1);
        assertThat(claim(session).turn().message().text().equals(text)).isTrue();
    }
}
