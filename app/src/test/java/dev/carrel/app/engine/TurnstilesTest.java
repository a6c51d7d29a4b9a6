package dev.carrel.app.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.id.SessionId;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Place;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Many who change one value at once: each change counts, and they do not overtake each other for ever. */
@Timeout(60)
class TurnstilesTest {
    private static final int MANY = 64;
    private static final StateKey<Long> COUNT = StateKey.of("count", 0L);
    private static final Authority AUTHORITY = Authority.named("test");
    private static final Principal ALICE = AUTHORITY.user("school", "alice", "Alice", Set.of());

    private final HookedStore store = new HookedStore();
    private final AtomicInteger conflicts = new AtomicInteger();
    private final CyclicBarrier all = new CyclicBarrier(MANY);

    private Engine start() {
        store.state = new CountingState(store.state, conflicts);
        App app = Carrel.app("turnstiles").chat("chat", (message, reply) -> count()).function("count",
                input -> count());
        var engine = new Engine(app, store, KeyRing.random(), TimeSource.system());
        engine.start();
        return engine;
    }

    /** All have read the value before any of them writes it. */
    private long count() throws Exception {
        long count = Session.current().update(COUNT, value -> value + 1);
        all.await(20, TimeUnit.SECONDS);
        return count;
    }

    private void call(Engine engine, OwnedSession session, int times) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                calls.add(threads.submit(() -> AUTHORITY.bind(Context.root(), ALICE)
                        .run(() -> engine.call(session, "count", new JsonInput("{}")))));
            }
            for (Future<?> one : calls) {
                one.get();
            }
        }
    }

    private String counted(OwnedSession session) {
        return Objects.requireNonNull(store.state.read(new Place.OfSession(session.id()), "count").value()).json();
    }

    @Test
    void many_functions_that_update_one_value_at_once_overtake_each_other_once() throws Exception {
        Engine engine = start();
        OwnedSession session = engine.create(ALICE, null);
        call(engine, session, MANY);
        assertThat(counted(session)).isEqualTo("64");
        assertThat(conflicts.get()).isBetween(MANY - 1, 3 * MANY);
        engine.stop(Duration.ZERO);
    }

    @Test
    void a_turn_among_them_is_committed_too() throws Exception {
        Engine engine = start();
        OwnedSession session = engine.create(ALICE, null);
        Turn[] turn = {null};
        var asked = engine.post(session, "m", "go").turn();
        call(engine, session, MANY - 1);
        await().until(() -> {
            turn[0] = store.find(session.id(), asked).orElseThrow();
            return !turn[0].status().open();
        });
        assertThat(turn[0].status()).isEqualTo(TurnStatus.COMMITTED);
        assertThat(counted(session)).isEqualTo("64");
        engine.stop(Duration.ZERO);
    }

    @Test
    void a_pass_holds_up_others_of_its_session_from_its_entry_to_its_end() throws Exception {
        var turnstiles = new Turnstiles();
        SessionId session = SessionId.random();
        var inside = new AtomicBoolean();
        var entering = new CountDownLatch(1);
        Thread second;
        try (var first = turnstiles.pass(session)) {
            first.enter();
            first.enter();
            second = Thread.ofVirtual().start(() -> {
                try (var pass = turnstiles.pass(session)) {
                    entering.countDown();
                    pass.enter();
                    inside.set(true);
                }
            });
            assertThat(entering.await(20, TimeUnit.SECONDS)).isTrue();
            await().until(() -> second.getState() == Thread.State.TIMED_WAITING);
            assertThat(inside).isFalse();
        }
        second.join();
        assertThat(inside).isTrue();
    }

    @Test
    void whoever_is_interrupted_goes_on_without_and_stays_interrupted() throws Exception {
        var turnstiles = new Turnstiles();
        SessionId session = SessionId.random();
        try (var first = turnstiles.pass(session)) {
            first.enter();
            var interrupted = new AtomicBoolean();
            Thread second = Thread.ofVirtual().start(() -> {
                try (var pass = turnstiles.pass(session)) {
                    pass.enter();
                    interrupted.set(Thread.currentThread().isInterrupted());
                }
            });
            second.interrupt();
            second.join();
            assertThat(interrupted).isTrue();
        }
    }
}
