package dev.carrel.app.engine;

import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.error.EndedContextException;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.SessionId;
import dev.carrel.session.EndReason;
import dev.carrel.session.LocalKey;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Owner;
import dev.carrel.session.Session;
import dev.carrel.session.store.Store;

import static dev.carrel.app.engine.Nodes.ALICE;
import static dev.carrel.app.engine.Nodes.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a node forgets of sessions that nothing uses, and what it does not. */
@Timeout(60)
class ForgottenSessionsTest {
    private static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
    private static final Duration LONGER_THAN_IDLE = LocalSessions.IDLE.plusMinutes(1);

    private final Nodes nodes = new Nodes();
    private final Queue<Context> captured = new ConcurrentLinkedQueue<>();
    private final Queue<WeakReference<Cancellation>> turns = new ConcurrentLinkedQueue<>();
    private final AtomicInteger made = new AtomicInteger();
    private final Map<Integer, Integer> closed = new ConcurrentHashMap<>();
    private final LocalKey<AutoCloseable> agent = LocalKey.of("agent", () -> {
        int number = made.incrementAndGet();
        return () -> closed.merge(number, 1, Integer::sum);
    });

    @AfterEach
    void stop() {
        nodes.close();
    }

    /** Its turns leave a context behind, as work that outlives them, and make an agent if they are told so. */
    private Engine start() {
        App app = Carrel.app("forgotten").state(agent).chat("chat", (message, reply) -> {
            turns.add(new WeakReference<>(Cancellation.current()));
            Context.current().with(COURSE, message.text()).run(
                    () -> captured.add(Context.current().detached(Deadline.after(Duration.ofDays(1)))));
            if (message.text().equals("agent")) {
                Session.current().local(agent);
            }
            reply.text("done");
        });
        return nodes.start(app);
    }

    /** Collects, and has the node look at what the collector has found. */
    private void collect(Engine engine) {
        System.gc();
        nodes.say(engine, engine.create(BOB, null), "another");
        nodes.time.pass(Housekeeper.ROUND);
    }

    private static void assertEnded(Context context) {
        assertThatThrownBy(() -> context.get(COURSE)).isInstanceOf(EndedContextException.class);
    }

    @Test
    void sessions_that_nothing_holds_are_forgotten_with_the_next_collection() {
        var here = new LocalSessions(nodes.store, nodes.time, it -> {});
        Owner owner = Owner.of(ALICE);
        IntStream.range(0, 100).forEach(i -> here.enter(SessionId.random(), owner).leave());
        LocalSession used = here.enter(SessionId.random(), owner);
        Nodes.until(() -> {
            System.gc();
            here.enter(used.id(), owner).leave();
            return here.size() == 1;
        });
        assertThat(used.bind(Context.root()).with(COURSE, "chemistry").get(COURSE)).isEqualTo("chemistry");
        here.close();
    }

    @Test
    void what_somebody_still_holds_ends_with_its_session_however_long_nothing_has_used_that() {
        Engine engine = start();
        OwnedSession deletedHere = engine.create(ALICE, null);
        nodes.say(engine, deletedHere, "one");
        OwnedSession endedElsewhere = engine.create(ALICE, null);
        nodes.say(engine, endedElsewhere, "two");
        Context one = captured.remove();
        Context two = captured.remove();
        for (int i = 0; i < 3; i++) {
            nodes.time.pass(LONGER_THAN_IDLE);
            collect(engine);
        }
        assertThat(one.get(COURSE) + two.get(COURSE)).isEqualTo("onetwo");

        engine.delete(deletedHere);
        assertEnded(one);
        nodes.store.sessions().ending(endedElsewhere.id(), EndReason.DELETED, null, null);
        nodes.time.pass(LONGER_THAN_IDLE);
        nodes.passUntil(() -> {
            nodes.time.pass(Housekeeper.ROUND);
            try {
                two.get(COURSE);
                return false;
            } catch (EndedContextException e) {
                return true;
            }
        });
    }

    @Test
    void what_was_bound_before_and_after_nothing_used_the_session_ends_together() {
        Engine engine = start();
        OwnedSession session = engine.create(ALICE, null);
        nodes.say(engine, session, "before");
        collect(engine);
        nodes.say(engine, session, "after");
        engine.delete(session);
        captured.removeIf(context -> !context.get(SessionId.KEY).equals(session.id()));
        assertThat(captured).hasSize(2).allSatisfy(ForgottenSessionsTest::assertEnded);
    }

    @Test
    void what_was_bound_for_one_owner_ends_when_the_session_goes_to_another() {
        Engine engine = start();
        OwnedSession session = engine.create(ALICE, null);
        nodes.say(engine, session, "hers");
        collect(engine);
        assertThat(engine.sessions().move(session, BOB)).isTrue();
        nodes.say(engine, engine.sessions().open(BOB, session.id()), "his");
        assertEnded(captured.remove());
    }

    @Test
    void what_a_session_has_here_is_kept_through_collections_and_closed_once_when_it_ends() {
        Engine engine = start();
        OwnedSession session = engine.create(ALICE, null);
        nodes.say(engine, session, "agent");
        captured.clear();
        for (int i = 0; i < 3; i++) {
            collect(engine);
        }
        nodes.say(engine, session, "agent");
        assertThat(made).hasValue(1);
        assertThat(closed).isEmpty();
        engine.delete(session);
        Nodes.until(() -> !closed.isEmpty());
        nodes.stop(engine);
        assertThat(closed).containsExactly(Map.entry(1, 1));
    }

    @Test
    void what_a_turn_has_made_for_its_session_does_not_hold_the_turn() {
        Engine engine = start();
        nodes.say(engine, engine.create(ALICE, null), "agent");
        captured.clear();
        WeakReference<Cancellation> turn = turns.remove();
        Nodes.until(() -> {
            System.gc();
            return turn.refersTo(null);
        });
        assertThat(closed).isEmpty();
    }

    @Test
    void whether_a_session_has_ended_is_asked_again_if_the_store_could_not_say() {
        OwnedSession session = start().create(ALICE, null);
        nodes.store.sessions().ending(session.id(), EndReason.DELETED, null, null);
        var down = new AtomicBoolean(true);
        var store = (Store) Proxy.newProxyInstance(Store.class.getClassLoader(), new Class<?>[]{Store.class},
                (proxy, method, arguments) -> {
                    if (down.get() && method.getName().equals("sessions")) {
                        throw new UnavailableException("The store is down.");
                    }
                    return method.invoke(nodes.store, arguments);
                });
        var here = new LocalSessions(store, nodes.time, it -> {});
        here.enter(session.id(), Owner.of(ALICE));
        here.sweep();
        assertThat(here.size()).isEqualTo(1);
        down.set(false);
        here.sweep();
        assertThat(here.size()).isZero();
    }
}
