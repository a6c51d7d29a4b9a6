package dev.carrel.app.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.error.UnavailableException;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.DeclaredKey;
import dev.carrel.session.Format;
import dev.carrel.session.ListKey;
import dev.carrel.session.LocalKey;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Scope;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;
import dev.carrel.test.TestTime;

import static dev.carrel.app.engine.Nodes.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whether a node can serve, and what an operator may know of an application's state. */
@Timeout(60)
class HealthTest {
    private static final StateKey<Integer> COUNT = StateKey.of("count", 0);
    private static final ListKey<String> NOTES = ListKey.of(Scope.USER, "notes", String.class);
    private static final LocalKey<Object> AGENT = LocalKey.of("agent", Object::new);

    private final Nodes nodes = new Nodes();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void a_node_is_ready_as_long_as_its_store_works_which_is_asked_now_and_then() {
        var store = new HookedStore();
        var time = TestTime.start();
        var engine = new Engine(Carrel.app("health").chat("chat", (message, reply) -> {}), store, KeyRing.random(),
                time);
        engine.start();
        assertThat(engine.ready()).isTrue();
        int before = store.checks.get();
        store.beforeCheck = () -> {
            throw new UnavailableException("The disk is full.");
        };
        for (int i = 0; i < 100; i++) {
            assertThat(engine.ready()).as("what was known a moment ago").isTrue();
        }
        assertThat(store.checks.get()).isEqualTo(before);
        time.pass(Duration.ofSeconds(2));
        assertThat(engine.trouble().orElseThrow()).contains("The disk is full.");
        assertThat(engine.ready()).isFalse();
        store.beforeCheck = () -> {};
        time.pass(Duration.ofSeconds(2));
        assertThat(engine.ready()).isTrue();
        engine.stop(Duration.ZERO);
        assertThat(engine.trouble().orElseThrow()).contains("stopping");
    }

    @Test
    void the_owner_reads_the_history_of_a_sessions_state_and_single_values() {
        App app = Carrel.app("history").state(COUNT)
                .chat("chat", (message, reply) -> Session.current().update(COUNT, n -> n + 1))
                .function("reset", input -> {
                    Session.current().remove(COUNT);
                    return "";
                });
        Engine engine = nodes.start(app);
        OwnedSession session = engine.create(ALICE, null);
        nodes.say(engine, session, "one");
        nodes.say(engine, session, "two");
        nodes.call(engine, session, "reset");
        List<StateStore.Change> history = engine.history(session, 10);
        assertThat(history).extracting(StateStore.Change::version).containsExactly(3L, 2L, 1L);
        assertThat(history.getFirst().by()).isEqualTo("function:reset");
        assertThat(history.getFirst().removed()).isTrue();
        assertThat(engine.valueAt(session, "count", 2)).contains(new Encoded("Integer", 1, "2"));
        assertThat(engine.valueAt(session, "count", 3)).isEmpty();
        assertThat(engine.history(session, 1)).hasSize(1);
    }

    @Test
    void keys_are_declared_once_and_shown_to_operators() {
        App app = Carrel.app("state").state(COUNT, NOTES).state(AGENT, COUNT).chat("chat", (message, reply) -> {});
        assertThat(nodes.start(app).keys()).containsExactly(COUNT, NOTES, AGENT);
        assertThatThrownBy(() -> app.state(StateKey.of("count", 0L))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("two keys of scope session are named \"count\"");
        assertThatThrownBy(() -> app.state(LocalKey.of("count", Object::new)))
                .hasMessageContaining("a value and a local");
        app.state(StateKey.of("count", 0L).in(Scope.USER));
    }

    @Test
    void keys_that_are_declared_are_left_in_the_store_for_whoever_has_not_the_program() {
        StateKey<String> draft = StateKey.of("draft", Format.json(String.class).atMost(500), () -> "")
                .expiring(Duration.ofHours(36));
        nodes.start(Carrel.app("state").state(COUNT, NOTES, AGENT, draft).chat("chat", (message, reply) -> {}));
        assertThat(DeclaredKey.left(nodes.store.state())).containsExactly(DeclaredKey.of(COUNT), DeclaredKey.of(NOTES),
                DeclaredKey.of(AGENT), new DeclaredKey(Scope.SESSION, "value", "draft",
                        Optional.of(Duration.ofHours(36)), OptionalInt.of(500)));
        long version = left().version();
        nodes.start(Carrel.app("state").state(COUNT, NOTES, AGENT, draft).chat("chat", (message, reply) -> {}));
        assertThat(left().version()).as("they are the same").isEqualTo(version);

        nodes.start(Carrel.app("state").state(NOTES).chat("chat", (message, reply) -> {}));
        assertThat(DeclaredKey.left(nodes.store.state())).containsExactly(DeclaredKey.of(NOTES));
        nodes.start(Carrel.app("state").chat("chat", (message, reply) -> {}));
        assertThat(left().value()).isNull();
    }

    private Versioned left() {
        return nodes.store.state().read(new Place.OfApplication(), DeclaredKey.KEY);
    }

    @Test
    void names_that_are_carrels_own_are_refused() {
        assertThatThrownBy(() -> StateKey.of("carrel.count", 0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Carrel's own");
        assertThatThrownBy(() -> ListKey.of(Scope.USER, "carrel.notes", String.class))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LocalKey.of("carrel.agent", CountDownLatch.class::arrayType))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(StateKey.of("carrels", 0).name()).isEqualTo("carrels");
    }
}
