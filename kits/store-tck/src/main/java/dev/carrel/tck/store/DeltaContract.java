package dev.carrel.tck.store;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;

/** What one write does to two keys: every pair of what they held before and of what is done to them. */
public interface DeltaContract extends StateSubject {
    /** What a key held before. */
    enum Before {
        NEVER, HELD, REMOVED;

        long version() {
            return switch (this) {
                case NEVER -> 0;
                case HELD -> 1;
                case REMOVED -> 2;
            };
        }
    }

    /** What is done to it. */
    enum Done {
        NOTHING, WRITTEN, REMOVED
    }

    /** A key, what it held before, and what is done to it. */
    record Delta(String key, Before before, Done done) {
        private void prepare(StateSubject subject, SessionId session) {
            if (before != Before.NEVER) {
                subject.write(session, subject.change(key, 0, "\"old\""));
            }
            if (before == Before.REMOVED) {
                subject.write(session, new Changes(List.of(subject.put(key, 1, null)), List.of()));
            }
        }

        private List<Changes.Put> put(StateSubject subject) {
            return done == Done.NOTHING
                    ? List.of()
                    : List.of(subject.put(key, before.version(), done == Done.WRITTEN ? "\"new\"" : null));
        }

        private Versioned untouched(StateSubject subject) {
            return new Versioned(before.version(), before == Before.HELD ? subject.value("\"old\"") : null);
        }

        private Versioned expected(StateSubject subject) {
            return switch (done) {
                case NOTHING -> untouched(subject);
                case WRITTEN -> new Versioned(before.version() + 1, subject.value("\"new\""));
                case REMOVED -> new Versioned(before.version() + 1, null);
            };
        }
    }

    /** Every key before and after. */
    private static List<Delta> deltas(String key) {
        List<Delta> all = new ArrayList<>();
        for (Before before : Before.values()) {
            for (Done done : Done.values()) {
                all.add(new Delta(key, before, done));
            }
        }
        return all;
    }

    @Test
    default void two_keys_written_together_do_not_mix() {
        for (Delta one : deltas("one")) {
            for (Delta two : deltas("two")) {
                SessionId session = session();
                one.prepare(this, session);
                two.prepare(this, session);

                assertThat(write(session, both(one, two))).isEmpty();

                assertThat(state(session, "one")).as("%s %s", one, two).isEqualTo(one.expected(this));
                assertThat(state(session, "two")).as("%s %s", one, two).isEqualTo(two.expected(this));
            }
        }
    }

    @Test
    default void a_conflict_of_one_key_leaves_the_other_as_it_was() {
        for (Delta one : deltas("one")) {
            for (Delta two : deltas("two")) {
                if (one.done() == Done.NOTHING) {
                    continue;
                }
                SessionId session = session();
                one.prepare(this, session);
                two.prepare(this, session);
                write(session, change("one", one.before().version(), "\"theirs\""));

                assertThat(write(session, both(one, two))).as("%s %s", one, two).containsExactly("one");

                assertThat(json(new Place.OfSession(session), "one")).isEqualTo("\"theirs\"");
                assertThat(state(session, "two")).as("%s %s", one, two).isEqualTo(two.untouched(this));
            }
        }
    }

    private Changes both(Delta one, Delta two) {
        List<Changes.Put> puts = new ArrayList<>(one.put(this));
        puts.addAll(two.put(this));
        return new Changes(puts, List.of());
    }

    @Test
    default void the_history_tells_every_write_the_newest_first() {
        SessionId session = session();
        write(session, change("a", 0, "1"));
        write(session, new Changes(List.of(put("a", 1, "2"), put("b", 0, "3")), List.of()));
        write(session, new Changes(List.of(put("b", 1, null)), List.of()));
        write(session, change("a", 0, "conflict"));
        operate(session, increment(new Place.OfSession(session), "c", 5), increment(new Place.OfUser(ALICE), "c", 1));

        var history = store().state().history(session, 10);
        assertThat(history).extracting(it -> it.key() + it.version() + (it.removed() ? "-" : ""))
                .hasSize(5).endsWith("a1").startsWith("c1", "b2-").containsOnlyOnce("a2", "b1");
        assertThat(history).allSatisfy(it -> assertThat(it.by()).isEqualTo("test"));
        assertThat(history).allSatisfy(it -> assertThat(it.at()).isEqualTo(time().now()));
        assertThat(store().state().history(session, 2)).isEqualTo(history.subList(0, 2));
        assertThat(valueAt(session, "a", 1)).isEqualTo("1");
        assertThat(valueAt(session, "a", 2)).isEqualTo("2");
        assertThat(valueAt(session, "b", 2)).isNull();
        assertThat(valueAt(session, "a", 3)).isNull();
        assertThat(valueAt(session, "c", 1)).isEqualTo("5");
        assertThat(store().state().history(session(), 10)).isEmpty();
    }

    private @Nullable String valueAt(SessionId session, String key, long version) {
        var value = store().state().valueAt(session, key, version).orElse(null);
        return value == null ? null : value.json();
    }
}
