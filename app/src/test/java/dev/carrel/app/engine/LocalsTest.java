package dev.carrel.app.engine;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.ChatOptions;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.context.Principal;
import dev.carrel.error.EndedContextException;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.EndReason;
import dev.carrel.session.LocalKey;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Session;
import dev.carrel.session.TurnStatus;

import static dev.carrel.app.engine.Nodes.ALICE;
import static dev.carrel.app.engine.Nodes.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a session has on a node: made once, its own, closed when the session ends there. */
@Timeout(60)
class LocalsTest {
    private static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
    private static final AtomicInteger MADE = new AtomicInteger();
    private static final Set<Agent> OPEN = ConcurrentHashMap.newKeySet();
    private static final AtomicBoolean FAILING = new AtomicBoolean();
    private static final LocalKey<Agent> AGENT = LocalKey.of("agent", Agent::new);

    private static final class Agent implements AutoCloseable {
        final int number = MADE.incrementAndGet();
        final String of = Principal.current().user();
        final List<String> memory = new CopyOnWriteArrayList<>();

        Agent() {
            if (FAILING.get()) {
                throw new IllegalStateException("the model is down");
            }
            OPEN.add(this);
        }

        @Override
        public void close() {
            if (!OPEN.remove(this)) {
                throw new AssertionError("closed twice");
            }
        }
    }

    private final Nodes nodes = new Nodes();
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void stop() {
        goOn.countDown();
        nodes.close();
        FAILING.set(false);
        Nodes.until(OPEN::isEmpty);
    }

    private Engine start() {
        App app = Carrel.app("locals").state(AGENT).chat("chat", (message, reply) -> {
            Agent agent = Session.current().local(AGENT);
            agent.memory.add(message.text());
            reply.text(agent.of + " " + agent.memory);
            if (message.text().equals("wait")) {
                goOn.await();
            }
        }, ChatOptions.DEFAULT.within(Duration.ofDays(1000))).function("memory",
                input -> Session.current().local(AGENT).memory);
        return nodes.start(app);
    }

    @Test
    void turns_and_functions_of_a_session_share_it_and_other_sessions_have_their_own() {
        Engine engine = start();
        OwnedSession one = engine.create(ALICE, null);
        OwnedSession two = engine.create(BOB, null);
        assertThat(nodes.say(engine, one, "a")).isEqualTo("alice [a]");
        assertThat(nodes.say(engine, two, "b")).isEqualTo("bob [b]");
        assertThat(nodes.say(engine, one, "c")).isEqualTo("alice [a, c]");
        assertThat(nodes.call(engine, one, "memory")).isEqualTo("[\"a\",\"c\"]");
        assertThat(OPEN).hasSize(2);
    }

    @Test
    void it_is_closed_when_its_session_ends_whoever_ends_it() {
        Engine engine = start();
        OwnedSession deleted = engine.create(ALICE, null);
        nodes.say(engine, deleted, "a");
        engine.delete(deleted);
        Nodes.until(OPEN::isEmpty);
        OwnedSession elsewhere = engine.create(ALICE, null);
        nodes.say(engine, elsewhere, "a");
        nodes.store.sessions().ending(elsewhere.id(), EndReason.DELETED, null, null);
        Nodes.until(OPEN::isEmpty);
    }

    @Test
    void it_is_closed_under_a_turn_whose_session_ends() {
        Engine engine = start();
        OwnedSession session = engine.create(ALICE, null);
        TurnId turn = engine.post(session, "m", "wait").turn();
        Nodes.until(() -> nodes.turn(session, turn).status() == TurnStatus.RUNNING && !OPEN.isEmpty());
        engine.delete(session);
        Nodes.until(OPEN::isEmpty);
    }

    @Test
    void another_owner_has_another_one() {
        Engine engine = start();
        OwnedSession session = engine.create(ALICE, null);
        nodes.say(engine, session, "secret");
        assertThat(engine.sessions().move(session, BOB)).isTrue();
        OwnedSession bobs = engine.sessions().open(BOB, session.id());
        assertThat(nodes.say(engine, bobs, "b")).isEqualTo("bob [b]");
        Nodes.until(() -> OPEN.size() == 1);
    }

    @Test
    void a_node_lets_go_of_what_nothing_has_asked_for_in_a_while() {
        Engine engine = start();
        OwnedSession session = engine.create(ALICE, null);
        OwnedSession busy = engine.create(BOB, null);
        nodes.say(engine, session, "a");
        TurnId turn = engine.post(busy, "m", "wait").turn();
        Nodes.until(() -> OPEN.size() == 2);
        for (int i = 0; i < 40; i++) {
            nodes.time.pass(Duration.ofSeconds(1));
        }
        assertThat(OPEN).hasSize(2);
        nodes.time.pass(Duration.ofMinutes(2));
        nodes.passUntil(() -> {
            nodes.time.pass(Duration.ofMinutes(1));
            return OPEN.size() == 1;
        });
        assertThat(OPEN.iterator().next().of).as("in use").isEqualTo("bob");
        goOn.countDown();
        nodes.closed(busy, turn);
        assertThat(nodes.say(engine, session, "b")).isEqualTo("alice [b]");
    }

    @Test
    void a_node_that_stops_closes_all() {
        Engine engine = start();
        nodes.say(engine, engine.create(ALICE, null), "a");
        nodes.say(engine, engine.create(BOB, null), "a");
        nodes.stop(engine);
        assertThat(OPEN).isEmpty();
    }

    @Test
    void many_threads_that_ask_at_once_get_one() throws Exception {
        Engine engine = start();
        OwnedSession session = engine.create(ALICE, null);
        for (int round = 0; round < 20; round++) {
            int before = MADE.get();
            LocalKey<Agent> key = LocalKey.of("agent-" + round, Agent::new);
            LocalSession local = new LocalSessions(nodes.store, nodes.time, it -> {}).enter(session.id(),
                    session.session().owner());
            var all = new CountDownLatch(32);
            Set<Integer> numbers = ConcurrentHashMap.newKeySet();
            Callable<Boolean> ask = Nodes.AUTHORITY.bind(Context.root(), ALICE).wrap(() -> {
                all.countDown();
                all.await();
                return numbers.add(local.local(key).number);
            });
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Boolean> asked : threads.invokeAll(java.util.Collections.nCopies(32, ask))) {
                    asked.get();
                }
            }
            assertThat(numbers).hasSize(1);
            assertThat(MADE.get()).isEqualTo(before + 1);
            local.leave();
            local.end().orElseThrow().join();
            assertThat(OPEN).isEmpty();
        }
    }

    @Test
    void what_nobody_was_told_of_is_found_out() {
        Engine engine = start();
        OwnedSession session = engine.create(ALICE, null);
        engine.delete(session);
        // As by a function that began before the end, and came here after it.
        List<SessionId> lost = new CopyOnWriteArrayList<>();
        var here = new LocalSessions(nodes.store, nodes.time, lost::add);
        here.enter(session.id(), session.session().owner());
        OwnedSession living = engine.create(ALICE, null);
        here.enter(living.id(), living.session().owner());
        assertThat(here.size()).isEqualTo(2);
        here.sweep();
        assertThat(here.size()).isEqualTo(1);
        assertThat(lost).containsExactly(session.id());
        here.close();
    }

    @Test
    void a_factory_that_throws_leaves_nothing_behind() {
        Engine engine = start();
        OwnedSession session = engine.create(ALICE, null);
        FAILING.set(true);
        TurnId turn = engine.post(session, "m", "a").turn();
        assertThat(nodes.closed(session, turn).status()).isEqualTo(TurnStatus.FAILED);
        FAILING.set(false);
        assertThat(nodes.say(engine, session, "b")).isEqualTo("alice [b]");
    }

    @Test
    void a_factory_that_asks_for_itself_is_told_so() {
        LocalKey<?>[] self = new LocalKey<?>[1];
        var values = new LocalValues();
        LocalKey<Object> key = LocalKey.of("self", () -> values.local(self[0]));
        self[0] = key;
        assertThatThrownBy(() -> values.local(key)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"self\" asks for \"self\" itself");
    }

    @Test
    void what_is_made_while_the_session_ends_is_closed_and_not_given_out() throws Exception {
        var values = new LocalValues();
        var making = new CountDownLatch(1);
        var closed = new AtomicInteger();
        LocalKey<AutoCloseable> key = LocalKey.of("slow", () -> {
            making.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return closed::incrementAndGet;
        });
        var outcome = CompletableFuture.supplyAsync(() -> values.local(key));
        making.await();
        values.close(SessionId.random(), Duration.ofSeconds(10));
        goOn.countDown();
        assertThatThrownBy(outcome::join).hasMessageContaining("session has ended");
        assertThat(closed).hasValue(1);
    }

    @Test
    void what_does_not_close_holds_up_nobody() {
        var values = new LocalValues();
        var closed = new AtomicBoolean();
        values.local(LocalKey.of("hangs", () -> (AutoCloseable) () -> new CountDownLatch(1).await()));
        values.local(LocalKey.of("fails", () -> (AutoCloseable) () -> {
            throw new IllegalStateException("close");
        }));
        values.local(LocalKey.of("closes", () -> (AutoCloseable) () -> closed.set(true)));
        values.close(SessionId.random(), Duration.ofMillis(50));
        Nodes.until(closed::get);
        assertThatThrownBy(() -> values.local(LocalKey.of("late", Object::new)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void what_does_not_close_is_interrupted_and_not_the_code_of_another_user_that_it_calls() throws Exception {
        var bobs = new BobsCode();
        var values = new LocalValues();
        values.local(LocalKey.of("calls", () -> (AutoCloseable) bobs::call));
        values.close(SessionId.random(), Duration.ofMillis(50));
        bobs.awaitBegun();
        bobs.assertOnlyItsCallerIsInterrupted();
    }

    @Test
    void what_is_bound_for_a_session_cannot_be_read_once_it_has_ended() throws Exception {
        var captured = new CompletableFuture<Context>();
        App app = Carrel.app("lifetime").chat("chat", (message, reply) -> {
            Context.current().with(COURSE, "chemistry").run(() -> captured
                    .complete(Context.current().detached(Deadline.after(Duration.ofDays(1)))));
            reply.text("done");
        });
        Engine engine = nodes.start(app);
        OwnedSession session = engine.create(ALICE, null);
        nodes.say(engine, session, "a");
        Context detached = captured.get();
        assertThat(detached.get(COURSE)).isEqualTo("chemistry");
        engine.delete(session);
        assertThatThrownBy(() -> detached.get(COURSE)).isInstanceOf(EndedContextException.class)
                .hasMessageContaining("session " + session.id());
        assertThat(detached.get(SessionId.KEY)).as("a name").isEqualTo(session.id());
    }
}
