package dev.carrel.integrations.micrometer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

import io.micrometer.context.ContextAccessor;
import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Crossing;
import dev.carrel.context.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Every case twice, with and without {@code clearMissing}: neither may ever show what a thread was in the middle of. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class SnapshotTest {
    private static final ContextKey<String> WHO = ContextKey.withDefault("who", Kind.USER, "nobody");
    private static final ContextKey<List<String>> DRAFT = ContextKey.<List<String>>builder("draft", Kind.TURN)
            .copy(ArrayList::new).build();
    private static final ContextKey<String> LOCAL = ContextKey.<String>builder("local", Kind.TASK)
            .crossing(Boundary.EXECUTOR, Crossing.clear()).build();
    private static final ContextKey<String> SECRET = ContextKey.<String>builder("secret", Kind.TASK)
            .crossing(Boundary.EXECUTOR, Crossing.refuse()).build();
    private static final Context ALICE = Context.root().with(WHO, "alice");
    private static final Context BOB = Context.root().with(WHO, "bob");

    private final boolean clearMissing;
    private final ContextRegistry registry = new ContextRegistry().loadThreadLocalAccessors()
            .registerContextAccessor(new MapAccessor());
    private final ContextSnapshotFactory factory;

    SnapshotTest(boolean clearMissing) {
        this.clearMissing = clearMissing;
        this.factory = ContextSnapshotFactory.builder().contextRegistry(registry).clearMissing(clearMissing).build();
    }

    private static String who() {
        return Context.current().get(WHO);
    }

    @AfterEach
    void the_thread_is_at_the_root() {
        assertThat(Context.current()).isSameAs(Context.root());
    }

    @Test
    void the_accessor_is_found_by_itself() {
        assertThat(ContextRegistry.getInstance().getThreadLocalAccessors())
                .anyMatch(CarrelThreadLocalAccessor.class::isInstance);
    }

    @Test
    void what_was_captured_in_alices_block_shows_alice_elsewhere_and_only_within_its_scope() throws Exception {
        ContextSnapshot snapshot = ALICE.call(factory::captureAll);
        var seen = new ArrayList<String>();
        Thread.ofPlatform().start(() -> {
            try (var scope = snapshot.setThreadLocals()) {
                assertThat(scope).isNotNull();
                seen.add(who());
            }
            seen.add(who());
        }).join();
        assertThat(seen).containsExactly("alice", "nobody");
    }

    @Test
    void it_shows_alice_in_the_middle_of_bobs_work_and_bob_afterwards() {
        ContextSnapshot snapshot = ALICE.call(factory::captureAll);
        BOB.run(() -> {
            try (var scope = snapshot.setThreadLocals()) {
                assertThat(scope).isNotNull();
                assertThat(who()).isEqualTo("alice");
                BOB.run(() -> assertThat(who()).isEqualTo("bob"));
                assertThat(who()).isEqualTo("alice");
            }
            assertThat(Context.current()).isSameAs(BOB);
        });
    }

    @Test
    void what_was_captured_at_the_root_shows_the_root_in_the_middle_of_bobs_work() {
        ContextSnapshot snapshot = factory.captureAll();
        BOB.run(() -> {
            try (var scope = snapshot.setThreadLocals()) {
                assertThat(scope).isNotNull();
                assertThat(Context.current()).isSameAs(Context.root());
            }
            assertThat(Context.current()).isSameAs(BOB);
        });
    }

    @Test
    void everything_that_wraps_carries_and_puts_back() throws Exception {
        ContextSnapshot snapshot = ALICE.call(factory::captureAll);
        var seen = new ArrayList<String>();
        BOB.<Void, Exception>call(() -> {
            snapshot.wrap(() -> {
                seen.add(who());
            }).run();
            Callable<String> read = SnapshotTest::who;
            seen.add(snapshot.wrap(read).call());
            snapshot.<String>wrap(value -> seen.add(value + who())).accept("to ");
            snapshot.wrapExecutor(Runnable::run).execute(() -> seen.add(who()));
            Runnable throwing = () -> {
                throw new IllegalStateException("in the task");
            };
            assertThatThrownBy(() -> snapshot.wrap(throwing).run()).hasMessage("in the task");
            assertThat(Context.current()).isSameAs(BOB);
            return null;
        });
        assertThat(seen).containsExactly("alice", "alice", "to alice", "alice");
    }

    @Test
    void an_executor_of_micrometers_carries_and_its_worker_keeps_nothing() throws Exception {
        ExecutorService plain = Executors.newSingleThreadExecutor();
        try (ExecutorService executor = ContextExecutorService.wrap(plain, factory::captureAll)) {
            assertThat(ALICE.call(() -> executor.submit(SnapshotTest::who)).get()).isEqualTo("alice");
            assertThat(executor.submit(SnapshotTest::who).get()).isEqualTo("nobody");
            assertThat(BOB.call(() -> executor.submit(SnapshotTest::who)).get()).isEqualTo("bob");
            assertThat(plain.submit(SnapshotTest::who).get()).isEqualTo("nobody");
        }
    }

    @Test
    void another_kind_of_context_gives_and_takes_it_under_the_key() {
        Map<Object, Object> map = ALICE.call(() -> factory.captureAll().updateContext(new HashMap<>()));
        assertThat(CarrelThreadLocalAccessor.context(Objects.requireNonNull(map.get(CarrelThreadLocalAccessor.KEY))))
                .isSameAs(ALICE);
        BOB.run(() -> {
            try (var scope = factory.setThreadLocalsFrom(map)) {
                assertThat(scope).isNotNull();
                assertThat(who()).isEqualTo("alice");
            }
            try (var scope = factory.setThreadLocalsFrom(map, CarrelThreadLocalAccessor.KEY)) {
                assertThat(scope).isNotNull();
                assertThat(who()).isEqualTo("alice");
            }
            try (var scope = factory.captureFrom(map).setThreadLocals()) {
                assertThat(scope).isNotNull();
                assertThat(who()).isEqualTo("alice");
            }
            assertThat(who()).isEqualTo("bob");
        });
    }

    @Test
    void where_another_kind_of_context_holds_none_clearing_shows_nobody() {
        BOB.run(() -> {
            try (var scope = factory.setThreadLocalsFrom(new HashMap<>())) {
                assertThat(scope).isNotNull();
                assertThat(who()).isEqualTo(clearMissing ? "nobody" : "bob");
            }
            try (var scope = factory.setThreadLocalsFrom(new HashMap<>(), CarrelThreadLocalAccessor.KEY)) {
                assertThat(scope).isNotNull();
                assertThat(who()).isEqualTo(clearMissing ? "nobody" : "bob");
            }
            try (var scope = factory.captureFrom(new HashMap<>()).setThreadLocals()) {
                assertThat(scope).isNotNull();
                assertThat(who()).isEqualTo(clearMissing ? "nobody" : "bob");
            }
            assertThat(who()).isEqualTo("bob");
        });
    }

    @Test
    void a_key_that_is_not_asked_for_leaves_the_thread_as_it_is() {
        Predicate<Object> others = key -> !key.equals(CarrelThreadLocalAccessor.KEY);
        ContextSnapshot snapshot = ALICE.call(factory::captureAll);
        BOB.run(() -> {
            try (var scope = snapshot.setThreadLocals(others)) {
                assertThat(scope).isNotNull();
                assertThat(who()).isEqualTo("bob");
            }
        });
    }

    @Test
    void scopes_nest_and_a_scope_that_set_nothing_restores_nothing() {
        ContextSnapshot alice = ALICE.call(factory::captureAll);
        ContextSnapshot bob = BOB.call(factory::captureAll);
        var outer = alice.setThreadLocals();
        var nothing = bob.setThreadLocals(key -> false);
        var inner = bob.setThreadLocals();
        var again = bob.setThreadLocals();
        assertThat(who()).isEqualTo("bob");
        again.close();
        assertThat(who()).isEqualTo("bob");
        inner.close();
        assertThat(who()).isEqualTo("alice");
        nothing.close();
        assertThat(who()).isEqualTo("alice");
        outer.close();
    }

    @Test
    void closed_in_the_wrong_order_nothing_stays_behind() {
        var alice = ALICE.call(factory::captureAll).setThreadLocals();
        var bob = BOB.call(factory::captureAll).setThreadLocals();
        alice.close();
        assertThat(Context.current()).isSameAs(Context.root());
        bob.close();
        assertThat(Context.current()).isSameAs(Context.root());
    }

    @Test
    void a_second_close_takes_nobodys_context_away() {
        var alice = ALICE.call(factory::captureAll).setThreadLocals();
        alice.close();
        alice.close();
        BOB.run(() -> {
            alice.close();
            assertThat(who()).isEqualTo("bob");
        });
    }

    @Test
    void another_accessor_that_throws_midway_leaves_alice_nowhere_beyond_the_task() throws Exception {
        registry.registerThreadLocalAccessor(new Throwing());
        ContextSnapshot snapshot = ALICE.call(factory::captureAll);
        try (ExecutorService executor = Context.propagating(Executors.newSingleThreadExecutor())) {
            assertThat(executor.submit(() -> {
                assertThatThrownBy(snapshot::setThreadLocals).hasMessage("cannot be set");
                return who();
            }).get()).describedAs("Micrometer rolls nothing back").isEqualTo("alice");
            assertThat(executor.submit(SnapshotTest::who).get()).isEqualTo("nobody");
        }
    }

    @Test
    void a_snapshot_is_a_hand_over_and_each_value_does_there_what_its_key_says() {
        List<String> draft = new ArrayList<>(List.of("one"));
        Context context = ALICE.with(DRAFT, draft).with(LOCAL, "here");
        context.run(() -> {
            ContextSnapshot snapshot = factory.captureAll();
            draft.add("two");
            try (var scope = snapshot.setThreadLocals()) {
                assertThat(scope).isNotNull();
                assertThat(who()).isEqualTo("alice");
                assertThat(Context.current().get(DRAFT)).containsExactly("one");
                assertThat(Context.current().find(LOCAL)).isEmpty();
            }
            assertThat(Context.current()).isSameAs(context);
            ContextSnapshot other = ALICE.call(factory::captureAll);
            assertThat(other).isNotEqualTo(snapshot);
            assertThat(factory.captureAll()).isEqualTo(snapshot).hasSameHashCodeAs(snapshot)
                    .hasToString(snapshot.toString());
        });
        assertThatThrownBy(() -> ALICE.with(SECRET, "x").call(factory::captureAll))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("\"secret\"");
    }

    @Test
    void something_else_under_the_key_is_refused_by_name() {
        Map<Object, Object> map = new HashMap<>(Map.of(CarrelThreadLocalAccessor.KEY, "alice"));
        assertThatThrownBy(() -> factory.setThreadLocalsFrom(map)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.String").hasMessageContaining("dev.carrel.context.Context")
                .hasMessageNotContaining("alice");
    }

    @Test
    void virtual_threads_carry_it_like_any_other() {
        ContextSnapshot snapshot = ALICE.call(factory::captureAll);
        var seen = new CompletableFuture<String>();
        Thread.ofVirtual().start(snapshot.wrap(() -> {
            seen.complete(who());
        }));
        assertThat(seen.join()).isEqualTo("alice");
    }

    /** Alphabetically behind Carrel's, and so set after it. */
    private static final class Throwing implements ThreadLocalAccessor<String> {
        @Override
        public Object key() {
            return "throwing";
        }

        @Override
        public String getValue() {
            return "value";
        }

        @Override
        public void setValue(String value) {
            throw new IllegalStateException("cannot be set");
        }

        @Override
        public void setValue() {
            throw new IllegalStateException("cannot be cleared");
        }
    }

    private static final class MapAccessor implements ContextAccessor<Map<Object, Object>, Map<Object, Object>> {
        @Override
        @SuppressWarnings("unchecked")
        public Class<? extends Map<Object, Object>> readableType() {
            return (Class<? extends Map<Object, Object>>) (Class<?>) Map.class;
        }

        @Override
        public void readValues(Map<Object, Object> source, Predicate<Object> keys, Map<Object, Object> values) {
            source.forEach((key, value) -> {
                if (keys.test(key)) {
                    values.put(key, value);
                }
            });
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        public <T> @Nullable T readValue(Map<Object, Object> source, Object key) {
            return (T) source.get(key);
        }

        @Override
        @SuppressWarnings("unchecked")
        public Class<? extends Map<Object, Object>> writeableType() {
            return (Class<? extends Map<Object, Object>>) (Class<?>) Map.class;
        }

        @Override
        public Map<Object, Object> writeValues(Map<Object, Object> values, Map<Object, Object> target) {
            target.putAll(values);
            return target;
        }
    }
}
