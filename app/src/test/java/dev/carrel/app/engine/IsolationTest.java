package dev.carrel.app.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.SessionListener;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.EndReason;
import dev.carrel.session.ListKey;
import dev.carrel.session.LocalKey;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Scope;
import dev.carrel.session.Session;
import dev.carrel.session.State;
import dev.carrel.session.StateKey;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Place;

import static dev.carrel.app.engine.Nodes.ALICE;
import static dev.carrel.app.engine.Nodes.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Scenarios from systems in which one user met another's data, or lost their own, played on the engine. */
@Timeout(60)
class IsolationTest {
    private static final StateKey<String> PREVIOUS = StateKey.of("previous", "None");
    private static final StateKey<Integer> COUNT = StateKey.of("count", 0);
    private static final StateKey<Long> ASKED = StateKey.of("asked", 0L).in(Scope.USER);
    private static final ListKey<String> NOTES = ListKey.of(Scope.USER, "notes", String.class);

    private final Nodes nodes = new Nodes();

    @AfterEach
    void stop() {
        nodes.close();
    }

    @Test
    void a_session_remembers_and_a_new_chat_starts_afresh() {
        Engine engine = nodes.start(Carrel.app("user-session").chat("chat", (message, reply) -> {
            reply.text("Prev: " + Session.current().get(PREVIOUS));
            Session.current().set(PREVIOUS, message.text());
        }));
        OwnedSession first = engine.create(ALICE, null);
        assertThat(nodes.say(engine, first, "H1")).isEqualTo("Prev: None");
        assertThat(nodes.say(engine, first, "H2")).isEqualTo("Prev: H1");
        OwnedSession second = engine.create(ALICE, null);
        assertThat(nodes.say(engine, second, "H3")).isEqualTo("Prev: None");
        assertThat(nodes.say(engine, second, "H4")).isEqualTo("Prev: H3");
        assertThat(nodes.say(engine, first, "H5")).isEqualTo("Prev: H2");
    }

    @Test
    void a_default_that_can_be_changed_is_not_shared_by_users_and_sessions() {
        StateKey<ArrayList<String>> heard = StateKey.of("heard", new ArrayList<String>());
        StateKey<ArrayList<String>> seen = StateKey.of("seen", new ArrayList<String>()).in(Scope.USER);
        Engine engine = nodes.start(Carrel.app("defaults").chat("chat", (message, reply) -> {
            State.current().get(seen).add(message.text());
            reply.text(State.current().get(seen) + " " + Session.current().update(heard, list -> {
                list.add(message.text());
                return list;
            }));
        }));
        for (Principal user : List.of(ALICE, BOB, ALICE)) {
            OwnedSession session = engine.create(user, null);
            assertThat(nodes.say(engine, session, "one")).isEqualTo("[one] [one]");
            assertThat(nodes.say(engine, session, "two")).isEqualTo("[two] [one, two]");
        }
    }

    @Test
    void the_history_that_a_handler_sees_is_its_sessions_and_grows_with_each_turn() {
        Engine engine = nodes.start(Carrel.app("chat-context").chat("chat", (message, reply) -> {
            List<Turn> before = Session.current().history(100);
            reply.text(before.size() * 2 + 1 + " " + before.stream().map(turn -> turn.message().text()).toList());
        }));
        OwnedSession alices = engine.create(ALICE, null);
        OwnedSession bobs = engine.create(BOB, null);
        assertThat(nodes.say(engine, alices, "a")).isEqualTo("1 []");
        assertThat(nodes.say(engine, bobs, "x")).isEqualTo("1 []");
        assertThat(nodes.say(engine, alices, "b")).isEqualTo("3 [a]");
        assertThat(nodes.say(engine, bobs, "y")).isEqualTo("3 [x]");
    }

    @Test
    void an_answer_that_was_stopped_says_nothing_more_whether_it_computes_or_blocks() throws Exception {
        var said = new CountDownLatch(2);
        Engine engine = nodes.start(Carrel.app("stop-task").chat("chat", (message, reply) -> {
            reply.text("Message 1");
            said.countDown();
            if (message.text().equals("blocks")) {
                new CountDownLatch(1).await();
            }
            while (true) {
                Cancellation.current().throwIfRequested();
                Thread.onSpinWait();
            }
        }));
        for (String how : List.of("blocks", "computes")) {
            OwnedSession session = engine.create(ALICE, null);
            TurnId turn = engine.post(session, "m", how).turn();
            Nodes.until(() -> nodes.events(session).contains("text"));
            engine.cancel(session, turn);
            Turn closed = nodes.closed(session, turn);
            assertThat(closed.status()).isEqualTo(TurnStatus.CANCELLED);
            assertThat(closed.answer().text()).isEqualTo("Message 1");
            assertThat(closed.failure().orElseThrow().message()).isEqualTo("You stopped this answer.");
            assertThat(nodes.events(session)).endsWith("cancelled");
        }
        assertThat(said.await(1, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void deleting_a_session_leaves_nothing_of_it_and_all_of_the_other() {
        List<String> closed = new CopyOnWriteArrayList<>();
        LocalKey<AutoCloseable> agent = LocalKey.of("agent",
                () -> () -> closed.add("agent"));
        Engine engine = nodes.start(Carrel.app("two-sessions").chat("chat", (message, reply) -> {
            Session.current().set(PREVIOUS, message.text());
            Session.current().local(agent);
            State.current().append(NOTES, message.text());
            reply.text("kept");
        }).listener(new SessionListener() {
            @Override
            public void ended(EndReason reason) {
                closed.add(Session.current().get(PREVIOUS));
            }
        }));
        OwnedSession one = engine.create(ALICE, null);
        OwnedSession two = engine.create(ALICE, null);
        nodes.say(engine, one, "one");
        nodes.say(engine, two, "two");
        engine.delete(one);
        Nodes.until(() -> closed.size() == 2);
        assertThat(closed).containsExactlyInAnyOrder("agent", "one");
        assertThat(nodes.store.state().read(new Place.OfSession(one.id()), "previous").value()).isNull();
        assertThat(nodes.store.turns().committed(one.id(), 10)).isEmpty();
        assertThat(nodes.store.state().read(new Place.OfSession(two.id()), "previous").value()).isNotNull();
        assertThat(nodes.store.state().list(new Place.OfUser(two.session().owner()), "notes")).hasSize(2);
    }

    @Test
    void ten_increments_give_ten_from_a_turn_and_functions_at_once() throws Exception {
        var together = new CyclicBarrier(10);
        Engine engine = nodes.start(Carrel.app("increments").chat("chat", (message, reply) -> {
            increment();
            together.await();
        }).function("increment", input -> {
            increment();
            together.await();
            return "";
        }));
        OwnedSession session = engine.create(ALICE, null);
        TurnId turn = engine.post(session, "m", "go").turn();
        List<CompletableFuture<@Nullable Void>> calls = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 9; i++) {
                calls.add(CompletableFuture.runAsync(() -> nodes.call(engine, session, "increment"), threads));
            }
        }
        calls.forEach(CompletableFuture::join);
        assertThat(nodes.closed(session, turn).failure()).isEmpty();
        assertThat(nodes.store.state().read(new Place.OfSession(session.id()), "count").value())
                .extracting(it -> it == null ? "" : it.json()).isEqualTo("10");
        assertThat(nodes.store.state().read(new Place.OfUser(session.session().owner()), "asked").value())
                .extracting(it -> it == null ? "" : it.json()).isEqualTo("10");
    }

    private static void increment() {
        Session.current().update(COUNT, n -> n + 1);
        State.current().increment(ASKED, 1);
    }

    @Test
    void a_handler_that_throws_leaves_no_trace() {
        App app = Carrel.app("rollback").chat("chat", (message, reply) -> {
            increment();
            State.current().append(NOTES, "a note");
            reply.text("said");
            if (message.text().equals("throw")) {
                throw new IllegalStateException("the handler's own");
            }
        }).function("throw", input -> {
            increment();
            State.current().append(NOTES, "a note");
            throw new IllegalStateException("the function's own");
        });
        Engine engine = nodes.start(app);
        OwnedSession session = engine.create(ALICE, null);
        TurnId turn = engine.post(session, "m", "throw").turn();
        assertThat(nodes.closed(session, turn).status()).isEqualTo(TurnStatus.FAILED);
        assertThatThrownBy(() -> nodes.call(engine, session, "throw"))
                .hasMessageNotContaining("own");
        var user = new Place.OfUser(session.session().owner());
        assertThat(nodes.store.state().read(new Place.OfSession(session.id()), "count").version()).isZero();
        assertThat(nodes.store.state().read(user, "asked").version()).isZero();
        assertThat(nodes.store.state().list(user, "notes")).isEmpty();
        assertThat(engine.history(session, 10)).isEmpty();
    }

    @Test
    void two_hundred_users_at_once_count_for_themselves_and_see_nobody_else() {
        Engine engine = nodes.start(Carrel.app("crowd").chat("chat", (message, reply) -> {
            String me = Principal.current().user();
            Session.current().update(PREVIOUS, before -> before.equals("None") ? me : before);
            Thread.onSpinWait();
            reply.text(Session.current().get(PREVIOUS) + " " + State.current().increment(ASKED, 1) + " "
                    + Context.current().get(SessionId.KEY));
        }));
        List<OwnedSession> sessions = new ArrayList<>();
        List<TurnId> turns = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Principal user = Nodes.AUTHORITY.user("school", "user-" + i, "User " + i, Set.of());
            sessions.add(engine.create(user, null));
        }
        for (OwnedSession session : sessions) {
            engine.post(session, "m1", "one");
            turns.add(engine.post(session, "m2", "two").turn());
        }
        for (int i = 0; i < 200; i++) {
            assertThat(nodes.closed(sessions.get(i), turns.get(i)).answer().text())
                    .isEqualTo("user-" + i + " 2 " + sessions.get(i).id());
        }
    }
}
