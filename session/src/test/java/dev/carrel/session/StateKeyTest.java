package dev.carrel.session;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import dev.carrel.context.Authority;
import dev.carrel.context.Principal;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A default belongs to whoever asks for it: what they do to it nobody else sees. */
class StateKeyTest {
    private static final Authority AUTHORITY = Authority.named("test");

    private final MemoryStore store = new MemoryStore(TimeSource.system());

    record Plan(List<Long> steps) {}

    enum Mood {
        CALM {
            @Override
            boolean quiet() {
                return true;
            }
        };

        abstract boolean quiet();
    }

    /** Can be written, and not be read. */
    static final class Engine {
        private final String model;

        Engine(String model, int size) {
            this.model = model + size;
        }

        public String model() {
            return model;
        }
    }

    /** Works for a user in a session of their own. */
    private Work work(String user) {
        Principal principal = AUTHORITY.user("school", user, user, Set.of());
        return new Work(store, TimeSource.system(),
                new Sessions(store, TimeSource.system()).create(principal, "chat").id(), Owner.of(principal),
                Locals.none());
    }

    private static <L extends List<String>> L with(L list, String added) {
        list.add(added);
        return list;
    }

    @Test
    void a_default_that_was_given_is_copied_for_each_who_asks_for_it() {
        var given = new ArrayList<>(List.of("first"));
        StateKey<ArrayList<String>> key = StateKey.of("heard", given);
        given.add("after the declaration");
        for (String user : List.of("alice", "bob", "alice")) {
            Work work = work(user);
            work.get(key).add(user + " read it and changed it");
            assertThat(work("bob").get(key)).containsExactly("first");
            assertThat(work(user).update(key, list -> with(list, user))).containsExactly("first", user);
        }
        assertThat(key.in(Scope.USER).expiring(Duration.ofDays(1)).initial()).containsExactly("first");
    }

    @Test
    @SuppressWarnings("unchecked")
    void a_factory_that_gives_one_object_again_and_again_shares_it_with_nobody() {
        var one = new ArrayList<>(List.of("first"));
        StateKey<ArrayList<String>> key = StateKey.of("heard", (Class<ArrayList<String>>) (Class<?>) ArrayList.class,
                () -> one);
        for (String user : List.of("alice", "bob", "alice")) {
            Work work = work(user);
            work.get(key).add(user);
            assertThat(work.get(key)).as("one's own change, in one's own turn").containsExactly("first", user);
            assertThat(work("bob").get(key)).containsExactly("first");
        }
        assertThat(one).containsExactly("first");
    }

    @Test
    void a_list_in_a_record_is_no_way_to_another() {
        var key = StateKey.of("plan", new Plan(new ArrayList<>(List.of(4_000_000_000L, 1L))));
        key.initial().steps().add(2L);
        assertThat(key.initial().steps()).containsExactly(4_000_000_000L, 1L);
    }

    @Test
    void what_cannot_change_is_handed_out_as_it_is() {
        for (Object value : List.of("", 0, 0L, 0.5, true, 'c', new BigDecimal("0.10"), Instant.EPOCH, Duration.ZERO,
                Mood.CALM)) {
            assertThat(StateKey.of("value", value).initial()).isSameAs(value);
        }
        StateKey<Mood> mood = StateKey.of("mood", Mood.CALM);
        assertThat(mood.format().decode("mood", mood.format().encode("mood", Mood.CALM))).isEqualTo(Mood.CALM);
    }

    @Test
    void collections_start_as_they_were_given() {
        assertThat(StateKey.of("a", List.of("x", "y")).initial()).containsExactly("x", "y");
        assertThat(StateKey.of("b", new HashSet<>(List.of("x", "y"))).initial()).containsExactlyInAnyOrder("x", "y");
        assertThat(StateKey.of("c", new TreeMap<>(Map.of("x", 1))).initial()).isEqualTo(Map.of("x", 1));
        assertThat(StateKey.of("d", new int[]{1, 2}).initial()).containsExactly(1, 2);
    }

    @Test
    void a_default_that_cannot_be_kept_is_refused_where_it_is_declared() {
        for (Object value : List.of(new Engine("m", 1), new Object(), new ArrayList<>(List.of(1L)), new Thread(),
                new ArrayList<>(List.of(new Plan(List.of()))))) {
            assertThatThrownBy(() -> StateKey.of("agent", value)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"agent\"").hasMessageContaining("() -> ...")
                    .hasMessageContaining(value.getClass().getName());
        }
        StateKey<Engine> made = StateKey.of("agent", Engine.class, () -> new Engine("m", 1));
        assertThatThrownBy(made::initial).isInstanceOf(IllegalStateException.class).hasMessageContaining("\"agent\"");
    }

    @Test
    void what_is_live_is_never_the_same_for_two_sessions() {
        var one = new Object();
        LocalKey<Object> shared = LocalKey.of("agent", () -> one);
        assertThat(shared.make()).isSameAs(one);
        assertThatThrownBy(shared::make).isInstanceOf(IllegalStateException.class).hasMessageContaining("\"agent\"");
        LocalKey<String> text = LocalKey.of("text", () -> "the same for all");
        assertThat(text.make()).isEqualTo(text.make());
    }
}
