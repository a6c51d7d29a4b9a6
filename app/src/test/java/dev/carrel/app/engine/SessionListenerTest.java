package dev.carrel.app.engine;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.ChatOptions;
import dev.carrel.app.SessionLimits;
import dev.carrel.app.SessionListener;
import dev.carrel.context.Principal;
import dev.carrel.id.TurnId;
import dev.carrel.session.EndReason;
import dev.carrel.session.LocalKey;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Owner;
import dev.carrel.session.Scope;
import dev.carrel.session.Session;
import dev.carrel.session.State;
import dev.carrel.session.StateKey;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;

import static dev.carrel.app.engine.Nodes.ALICE;
import static dev.carrel.app.engine.Nodes.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Each callback of a session's life comes once for what it names, and what it changes counts once. */
@Timeout(60)
class SessionListenerTest {
    private static final StateKey<Integer> GREETED = StateKey.of("greeted", 0);
    private static final StateKey<Long> ENDED = StateKey.of("ended", 0L).in(Scope.USER);
    private static final StateKey<String> LAST = StateKey.of("last", "nothing").in(Scope.USER);
    private static final LocalKey<StringBuilder> SCRATCH = LocalKey.of("scratch", StringBuilder::new);

    private final Nodes nodes = new Nodes();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private @Nullable Callable<?> inCreated;
    private @Nullable Callable<?> inStarted;
    private @Nullable Callable<?> inEnded;

    private final SessionListener listener = new SessionListener() {
        private void hear(String what, @Nullable Callable<?> more) throws Exception {
            heard.add(what + " " + Principal.current().user());
            if (more != null) {
                more.call();
            }
        }

        @Override
        public void created() throws Exception {
            hear("created", inCreated);
        }

        @Override
        public void started() throws Exception {
            hear("started", inStarted);
            Session.current().update(GREETED, n -> n + 1);
            Session.current().local(SCRATCH).append("warm");
        }

        @Override
        public void connected() throws Exception {
            hear("connected", null);
        }

        @Override
        public void resumed() throws Exception {
            hear("resumed", null);
        }

        @Override
        public void disconnected() throws Exception {
            hear("disconnected", null);
        }

        @Override
        public void ended(EndReason reason) throws Exception {
            State.current().increment(ENDED, 1);
            hear("ended " + reason.text(), inEnded);
        }
    };

    @AfterEach
    void stop() {
        nodes.close();
    }

    private App app() {
        return Carrel.app("life").listener(listener).chat("chat", (message, reply) -> {
            heard.add("turn " + message.text());
            if (message.text().startsWith("ask")) {
                reply.ask("sure?");
            }
            reply.text("greeted " + Session.current().get(GREETED) + " " + Session.current().local(SCRATCH));
        }, ChatOptions.DEFAULT.restartable());
    }

    private long ended(Principal who) {
        Encoded value = nodes.store.state().read(new Place.OfUser(Owner.of(who)), "ended").value();
        return value == null ? 0 : Long.parseLong(value.json());
    }

    @Test
    void a_session_is_created_and_starts_once_before_its_first_turn() {
        Engine engine = nodes.start(app());
        OwnedSession session = engine.create(ALICE, null);
        assertThat(heard).containsExactly("created alice");
        assertThat(nodes.say(engine, session, "one")).isEqualTo("greeted 1 warm");
        assertThat(nodes.say(engine, session, "two")).isEqualTo("greeted 1 warm");
        assertThat(heard).containsExactly("created alice", "started alice", "turn one", "turn two");
    }

    @Test
    void neither_a_restart_of_the_server_nor_one_of_the_turn_is_a_start() {
        Engine first = nodes.start(app());
        OwnedSession session = first.create(ALICE, null);
        TurnId turn = first.post(session, "m", "ask").turn();
        Nodes.until(() -> nodes.turn(session, turn).status() == TurnStatus.WAITING);
        nodes.stop(first);
        Engine second = nodes.start(app());
        Nodes.until(() -> heard.stream().filter("turn ask"::equals).count() == 2);
        second.answer(session, turn, 0, "{}");
        assertThat(nodes.closed(session, turn).answer().text()).isEqualTo("greeted 1 ");
        nodes.say(second, session, "more");
        assertThat(heard).filteredOn(it -> it.startsWith("started")).hasSize(1);
        assertThat(heard).filteredOn(it -> it.startsWith("created")).hasSize(1);
    }

    @Test
    void a_node_that_died_between_the_creation_and_its_callback_is_made_up_for() {
        Engine engine = nodes.start(app());
        OwnedSession session = engine.sessions().create(ALICE, "chat");
        nodes.say(engine, session, "one");
        assertThat(heard).containsExactly("created alice", "started alice", "turn one");
    }

    @Test
    void what_two_nodes_do_at_once_counts_once() {
        Engine engine = nodes.start(app());
        OwnedSession session = engine.create(ALICE, null);
        // Another node was quicker, while this one's listener ran.
        inStarted = () -> nodes.store.state().write(session.id(), Owner.of(ALICE), "another node",
                new Changes(List.of(new Changes.Put("carrel.life.started", 0, new Encoded("Mark", 1, "true"), null),
                        new Changes.Put("greeted", 0, new Encoded("Integer", 1, "1"), null)), List.of()));
        assertThat(nodes.say(engine, session, "one")).startsWith("greeted 1");
    }

    @Test
    void a_drop_is_no_end_and_a_stream_that_goes_on_is_a_resumption() {
        Engine engine = nodes.start(app());
        OwnedSession session = engine.create(ALICE, null);
        Engine.Connection tab = engine.connected(session, false);
        tab.close();
        tab.close();
        Engine.Connection again = engine.connected(session, true);
        assertThat(heard).containsExactly("created alice", "connected alice", "disconnected alice", "connected alice",
                "resumed alice");
        engine.delete(session);
        again.close();
        assertThat(heard).endsWith("ended deleted alice", "disconnected alice");
        assertThat(ended(ALICE)).isEqualTo(1);
    }

    @Test
    void the_end_reads_what_the_session_held_and_writes_what_its_user_keeps() {
        Engine engine = nodes.start(app());
        OwnedSession session = engine.create(ALICE, null);
        nodes.say(engine, session, "one");
        inEnded = () -> {
            Session.current().set(GREETED, 100);
            return State.current().putIfAbsent(LAST, Session.current().history(10).getLast().message().text() + " "
                    + Session.current().get(GREETED) + " " + Principal.current().roles());
        };
        engine.delete(session);
        assertThat(nodes.store.state().read(new Place.OfUser(Owner.of(ALICE)), "last").value())
                .isEqualTo(new Encoded("String", 1, "\"one 100 [teacher]\""));
        assertThat(nodes.store.sessions().ended(session.id()).orElseThrow().reason()).isEqualTo("deleted");
        assertThatThrownBy(() -> engine.delete(session)).hasMessageContaining("no such session");
        assertThat(heard).filteredOn(it -> it.startsWith("ended")).hasSize(1);
    }

    @Test
    void an_end_that_its_node_did_not_survive_is_brought_to_its_end_by_another_after_a_minute() {
        Engine engine = nodes.start(app());
        OwnedSession session = engine.create(ALICE, null);
        nodes.store.sessions().ending(session.id(), EndReason.DELETED, null, null);
        for (int i = 0; i < 30; i++) {
            nodes.time.pass(Duration.ofSeconds(1));
        }
        assertThat(heard).doesNotContain("ended deleted alice");
        nodes.passUntil(() -> heard.contains("ended deleted alice") && ended(ALICE) == 1);
        assertThat(nodes.store.sessions().ending(nodes.time.now(), 10)).isEmpty();
    }

    @Test
    void whose_session_ends_unasked_has_no_roles() {
        inEnded = () -> heard.add("roles " + Principal.current().roles() + " " + Principal.current().name());
        Engine engine = nodes.start(app().sessions(SessionLimits.DEFAULT.withIdle(Duration.ofHours(1))));
        engine.create(ALICE, null);
        nodes.time.pass(Duration.ofHours(2));
        nodes.passUntil(() -> heard.contains("roles [] alice"));
    }

    @Test
    void a_listener_that_fails_keeps_no_session_from_beginning_and_ending_and_changes_nothing() {
        inCreated = () -> {
            throw new IllegalStateException("created");
        };
        inStarted = () -> {
            throw new AssertionError("started");
        };
        inEnded = () -> {
            throw new IllegalStateException("ended");
        };
        Engine engine = nodes.start(app());
        OwnedSession session = engine.create(ALICE, null);
        assertThat(nodes.say(engine, session, "one")).isEqualTo("greeted 0 ");
        assertThat(nodes.say(engine, session, "two")).isEqualTo("greeted 0 ");
        engine.delete(session);
        assertThat(heard).containsExactly("created alice", "started alice", "turn one", "turn two",
                "ended deleted alice");
        assertThat(ended(ALICE)).isZero();
        assertThat(nodes.store.sessions().ended(session.id())).isPresent();
        assertThat(nodes.store.sessions().ending(nodes.time.now().plusSeconds(1), 10)).isEmpty();
    }

    @Test
    void a_listener_that_hangs_is_given_up() {
        var never = new CountDownLatch(1);
        inStarted = () -> {
            Session.current().set(GREETED, 7);
            while (true) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    heard.add("interrupted");
                }
            }
        };
        Engine engine = nodes.start(app());
        OwnedSession session = engine.create(ALICE, null);
        TurnId turn = engine.post(session, "m", "one").turn();
        nodes.passUntil(() -> !nodes.turn(session, turn).status().open());
        assertThat(nodes.turn(session, turn).answer().text()).isEqualTo("greeted 0 ");
        assertThat(heard).contains("interrupted");
    }

    @Test
    void a_listener_that_is_given_up_is_interrupted_and_not_the_code_of_another_user_that_it_calls() throws Exception {
        var bobs = new BobsCode();
        inStarted = () -> {
            bobs.call();
            return "";
        };
        Engine engine = nodes.start(app());
        OwnedSession session = engine.create(ALICE, null);
        TurnId turn = engine.post(session, "m", "one").turn();
        bobs.awaitBegun();
        nodes.passUntil(() -> !nodes.turn(session, turn).status().open());
        bobs.assertOnlyItsCallerIsInterrupted();
    }

    @Test
    void what_the_store_refuses_of_a_farewell_is_void_and_the_session_ends() {
        Engine engine = nodes.start(app());
        nodes.store.state().apply(List.of(new Changes.PutIfAbsent(new Place.OfUser(Owner.of(BOB)), "ended",
                new Encoded("Long", 1, Long.toString(Long.MAX_VALUE)), null)));
        OwnedSession session = engine.create(BOB, null);
        engine.delete(session);
        assertThat(nodes.store.sessions().ending(nodes.time.now().plusSeconds(1), 10)).isEmpty();
        assertThat(ended(BOB)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void an_application_has_one_listener() {
        App app = app();
        assertThatThrownBy(() -> app.listener(listener)).isInstanceOf(IllegalStateException.class);
        assertThat(Set.of(app.listener().orElseThrow())).containsExactly(listener);
    }
}
