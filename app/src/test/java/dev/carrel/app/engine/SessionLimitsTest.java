package dev.carrel.app.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.SessionLimits;
import dev.carrel.app.SessionListener;
import dev.carrel.context.Principal;
import dev.carrel.error.GoneException;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.TurnId;
import dev.carrel.session.EndReason;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Owner;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;

import static dev.carrel.app.engine.Nodes.ALICE;
import static dev.carrel.app.engine.Nodes.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How long sessions live, how many there may be, and that every end is told, whatever brought it. */
@Timeout(60)
class SessionLimitsTest {
    private static final StateKey<Integer> COUNT = StateKey.of("count", 0);

    private final Nodes nodes = new Nodes();
    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final CountDownLatch goOn = new CountDownLatch(1);

    @AfterEach
    void stop() {
        goOn.countDown();
        nodes.close();
    }

    private Engine start(SessionLimits limits) {
        return nodes.start(app(limits));
    }

    private App app(SessionLimits limits) {
        return Carrel.app("limits").sessions(limits).chat("chat", (message, reply) -> {
            if (message.text().equals("wait")) {
                goOn.await();
            }
            reply.text("" + Session.current().update(COUNT, n -> n + 1));
        }).function("touch", input -> "touched").listener(new SessionListener() {
            @Override
            public void ended(EndReason reason) {
                ended.add(reason.text() + " " + Principal.current().user() + " " + Session.current().get(COUNT));
            }
        });
    }

    private void counts(Engine engine, OwnedSession session, int from, int to) {
        for (int i = from; i <= to; i++) {
            nodes.time.pass(Duration.ofMillis(1));
            assertThat(nodes.say(engine, session, "count")).isEqualTo("" + i);
        }
    }

    @Test
    void state_is_kept_up_to_a_capacity_and_the_session_that_was_active_longest_ago_goes_and_is_told() {
        Engine engine = start(SessionLimits.DEFAULT.withPerUser(2));
        OwnedSession one = engine.create(ALICE, null);
        OwnedSession two = engine.create(ALICE, null);
        counts(engine, one, 1, 2);
        counts(engine, two, 1, 3);
        nodes.time.pass(Duration.ofMillis(1));
        OwnedSession three = engine.create(ALICE, null);
        counts(engine, three, 1, 1);
        counts(engine, two, 4, 4);
        Nodes.until(() -> ended.size() == 1);
        assertThat(ended).containsExactly("evicted alice 2");
        assertThatThrownBy(() -> engine.sessions().open(ALICE, one.id())).isInstanceOf(GoneException.class)
                .hasMessageContaining("Newer ones");
        assertThatThrownBy(() -> engine.post(one, "m", "count")).isInstanceOf(NotFoundException.class);
        assertThat(nodes.store.state().read(new Place.OfSession(one.id()), "count").value()).isNull();
    }

    @Test
    void one_users_sessions_make_no_room_for_anothers() {
        Engine engine = start(SessionLimits.DEFAULT.withPerUser(1));
        OwnedSession bobs = engine.create(BOB, null);
        for (int i = 0; i < 5; i++) {
            nodes.time.pass(Duration.ofMillis(1));
            engine.create(ALICE, null);
        }
        assertThat(engine.sessions().list(BOB, 10)).extracting(SessionRecord::id).containsExactly(bobs.id());
        assertThat(engine.sessions().list(ALICE, 10)).hasSize(1);
        Nodes.until(() -> ended.size() == 4);
    }

    @Test
    void a_tenants_users_share_its_cap() {
        Engine engine = start(SessionLimits.DEFAULT.withPerTenant(2));
        OwnedSession first = engine.create(BOB, null);
        nodes.time.pass(Duration.ofMillis(1));
        engine.create(ALICE, null);
        nodes.time.pass(Duration.ofMillis(1));
        engine.create(ALICE, null);
        Nodes.until(() -> ended.equals(List.of("evicted bob 0")));
        assertThat(nodes.store.sessions().find(first.id())).isEmpty();
    }

    @Test
    void a_session_that_answers_is_not_evicted() {
        Engine engine = start(SessionLimits.DEFAULT.withPerUser(1));
        OwnedSession busy = engine.create(ALICE, null);
        TurnId turn = engine.post(busy, "m", "wait").turn();
        Nodes.until(() -> nodes.turn(busy, turn).status() == TurnStatus.RUNNING);
        nodes.time.pass(Duration.ofMillis(1));
        engine.create(ALICE, null);
        goOn.countDown();
        assertThat(nodes.closed(busy, turn).status()).isEqualTo(TurnStatus.COMMITTED);
        assertThat(ended).isEmpty();
    }

    @Test
    void idle_sessions_end_and_each_is_told_with_what_it_held() {
        Engine engine = start(SessionLimits.DEFAULT.withIdle(Duration.ofMinutes(10)));
        OwnedSession alices = engine.create(ALICE, null);
        OwnedSession bobs = engine.create(BOB, null);
        counts(engine, alices, 1, 3);
        counts(engine, bobs, 1, 2);
        nodes.time.pass(Duration.ofMinutes(11));
        nodes.passUntil(() -> ended.size() == 2);
        assertThat(ended).containsExactlyInAnyOrder("idle alice 3", "idle bob 2");
        Nodes.until(() -> nodes.store.sessions().ending(nodes.time.now().plusSeconds(1), 10).isEmpty());
        assertThat(nodes.store.state().usage().stream().filter(it -> it.key().equals("count"))).isEmpty();
    }

    @Test
    void neither_streams_nor_functions_keep_a_session_alive_and_messages_do() throws Exception {
        Engine engine = start(SessionLimits.DEFAULT.withIdle(Duration.ofMinutes(10)));
        OwnedSession streaming = engine.create(ALICE, null);
        OwnedSession talking = engine.create(BOB, null);
        for (int minute = 0; minute < 15; minute++) {
            nodes.time.pass(Duration.ofMinutes(1));
            if (minute < 8) {
                engine.connected(streaming, true).close();
                nodes.call(engine, streaming, "touch");
            }
            nodes.say(engine, talking, "count");
        }
        nodes.passUntil(() -> ended.equals(List.of("idle alice 0")));
        assertThat(nodes.store.sessions().find(talking.id())).isPresent();
    }

    @Test
    void a_session_that_is_old_enough_ends_however_active_it_is_but_not_in_the_middle_of_an_answer() {
        Engine engine = start(SessionLimits.DEFAULT.withAge(Duration.ofMinutes(10)));
        OwnedSession session = engine.create(ALICE, null);
        nodes.time.pass(Duration.ofMinutes(9));
        TurnId turn = engine.post(session, "m", "wait").turn();
        Nodes.until(() -> nodes.turn(session, turn).status() == TurnStatus.RUNNING);
        for (int i = 0; i < 180; i++) {
            nodes.time.pass(Duration.ofSeconds(1));
        }
        assertThat(ended).isEmpty();
        goOn.countDown();
        nodes.passUntil(() -> ended.equals(List.of("expired alice 1")));
    }

    @Test
    void one_node_of_several_keeps_house_at_a_time_and_each_end_is_told_once() {
        SessionLimits limits = SessionLimits.DEFAULT.withIdle(Duration.ofMinutes(10));
        Engine one = start(limits);
        start(limits);
        start(limits);
        List<OwnedSession> sessions = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            sessions.add(one.create(ALICE, null));
        }
        nodes.time.pass(Duration.ofMinutes(11));
        nodes.passUntil(() -> ended.size() >= sessions.size());
        for (int i = 0; i < 100; i++) {
            nodes.time.pass(Duration.ofSeconds(1));
        }
        assertThat(ended).hasSize(sessions.size());
        assertThat(one.sessions().list(ALICE, 10)).isEmpty();
    }

    @Test
    void erasing_a_user_ends_their_sessions_and_removes_what_they_keep() {
        Engine engine = start(SessionLimits.DEFAULT);
        OwnedSession session = engine.create(ALICE, null);
        counts(engine, session, 1, 2);
        engine.create(ALICE, null);
        OwnedSession bobs = engine.create(BOB, null);
        assertThat(engine.erase(Owner.of(ALICE))).isEqualTo(2);
        assertThat(ended).containsExactlyInAnyOrder("erased alice 2", "erased alice 0");
        assertThat(engine.sessions().list(ALICE, 10)).isEmpty();
        assertThat(engine.sessions().open(BOB, bobs.id())).isNotNull();
    }
}
