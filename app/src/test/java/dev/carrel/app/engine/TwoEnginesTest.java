package dev.carrel.app.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.ChatOptions;
import dev.carrel.context.Cancellation;
import dev.carrel.id.TurnId;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;

import static dev.carrel.app.engine.Nodes.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

/** Two nodes on one store: what one is asked the other does, and what one leaves the other takes over. */
@Timeout(60)
class TwoEnginesTest {
    private static final StateKey<Integer> COUNT = StateKey.of("count", 0);

    private final Nodes nodes = new Nodes();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicInteger attempts = new AtomicInteger();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        goOn.countDown();
        nodes.close();
    }

    /** The first attempt hangs, and does not heed its interrupt; later ones answer. */
    private App app(boolean restartable) {
        return Carrel.app("nodes").chat("chat", (message, reply) -> {
            int attempt = attempts.incrementAndGet();
            int n = Session.current().update(COUNT, count -> count + 1);
            reply.text("attempt " + attempt + ": " + n);
            if (attempt == 1) {
                Cancellation.current().onRequest(() -> log.add("cancelled"));
                while (goOn.getCount() > 0) {
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        log.add("interrupted");
                    }
                }
                log.add("late");
            }
        }, restartable ? ChatOptions.DEFAULT.restartable() : ChatOptions.DEFAULT);
    }

    private TurnId running(Engine node, OwnedSession session) {
        TurnId turn = node.post(session, "m", "go").turn();
        Nodes.until(() -> nodes.events(session).contains("text"));
        return turn;
    }

    private int count(OwnedSession session) {
        Encoded value = nodes.store.state().read(new Place.OfSession(session.id()), "count").value();
        return value == null ? 0 : Integer.parseInt(value.json());
    }

    @Test
    void a_stop_that_is_asked_of_one_node_reaches_the_turn_on_another() {
        Engine one = nodes.start(app(false));
        Engine two = nodes.start(app(false));
        OwnedSession session = one.create(ALICE, null);
        TurnId turn = running(one, session);
        two.cancel(two.sessions().open(ALICE, session.id()), turn);
        assertThat(nodes.turn(session, turn).status()).isEqualTo(TurnStatus.RUNNING);
        nodes.passUntil(() -> !nodes.turn(session, turn).status().open());
        assertThat(nodes.turn(session, turn).status()).isEqualTo(TurnStatus.CANCELLED);
        Nodes.until(() -> log.contains("cancelled") && log.contains("interrupted"));
        assertThat(count(session)).isZero();
    }

    @Test
    void a_turn_that_may_start_again_does_so_on_another_node_and_the_frozen_ones_late_words_are_refused() {
        var clock = new Nodes.NodeTime(nodes.time);
        Engine frozen = nodes.start(app(true), clock);
        OwnedSession session = frozen.create(ALICE, null);
        TurnId turn = running(frozen, session);
        clock.frozen = true;
        nodes.start(app(true));
        nodes.passUntil(() -> !nodes.turn(session, turn).status().open());

        goOn.countDown();
        Nodes.until(() -> log.contains("late"));
        Turn closed = nodes.turn(session, turn);
        assertThat(closed.status()).isEqualTo(TurnStatus.COMMITTED);
        assertThat(closed.attempt()).isEqualTo(2);
        assertThat(closed.answer().text()).isEqualTo("attempt 2: 1");
        assertThat(count(session)).isEqualTo(1);
        assertThat(nodes.events(session)).containsExactly("message", "started", "text", "reset", "text", "committed");
    }

    @Test
    void a_turn_that_may_not_start_again_is_interrupted_by_another_node_and_the_next_one_runs() {
        var clock = new Nodes.NodeTime(nodes.time);
        Engine frozen = nodes.start(app(false), clock);
        OwnedSession session = frozen.create(ALICE, null);
        TurnId turn = running(frozen, session);
        clock.frozen = true;
        Engine other = nodes.start(app(false));
        TurnId next = other.post(session, "n", "go").turn();
        nodes.passUntil(() -> !nodes.turn(session, next).status().open());

        assertThat(nodes.turn(session, turn).status()).isEqualTo(TurnStatus.INTERRUPTED);
        goOn.countDown();
        Nodes.until(() -> log.contains("late"));
        assertThat(nodes.turn(session, next).answer().text()).isEqualTo("attempt 2: 1");
        assertThat(nodes.turn(session, turn).status()).isEqualTo(TurnStatus.INTERRUPTED);
        assertThat(count(session)).isEqualTo(1);
    }

    @Test
    void a_lease_that_is_kept_is_not_taken_over_however_long_the_turn_takes() {
        Engine one = nodes.start(app(true));
        nodes.start(app(true));
        OwnedSession session = one.create(ALICE, null);
        TurnId turn = running(one, session);
        int timers = nodes.time.timers();
        for (int i = 0; i < 200; i++) {
            nodes.time.pass(Duration.ofSeconds(1));
            // A node that is alive has renewed its leases, and housekeeping is done, once their timers are set again.
            Nodes.until(() -> nodes.time.timers() == timers);
        }
        assertThat(nodes.turn(session, turn).attempt()).isEqualTo(1);
        goOn.countDown();
        assertThat(nodes.closed(session, turn).status()).isEqualTo(TurnStatus.COMMITTED);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void a_node_that_stops_leaves_its_waiting_turn_to_another_at_once() {
        App asking = Carrel.app("nodes").chat("chat", (message, reply) -> {
            attempts.incrementAndGet();
            reply.text(reply.ask("sure?").json());
        }, ChatOptions.DEFAULT.restartable());
        Engine one = nodes.start(asking);
        Engine two = nodes.start(asking);
        OwnedSession session = one.create(ALICE, null);
        TurnId turn = one.post(session, "m", "go").turn();
        Nodes.until(() -> nodes.turn(session, turn).status() == TurnStatus.WAITING);
        nodes.stop(one);
        two.answer(session, turn, 0, "\"yes\"");
        assertThat(nodes.closed(session, turn).answer().text()).isEqualTo("\"yes\"");
        assertThat(attempts).as("no lease had to lapse").hasValue(2);
    }

    @Test
    void a_session_that_one_node_deletes_is_lost_to_the_turn_on_another() {
        Engine one = nodes.start(app(false));
        Engine two = nodes.start(app(false));
        OwnedSession session = one.create(ALICE, null);
        running(one, session);
        two.delete(two.sessions().open(ALICE, session.id()));
        Nodes.until(() -> log.contains("interrupted"));
        goOn.countDown();
        Nodes.until(() -> log.contains("late"));
        assertThat(nodes.store.sessions().find(session.id())).isEmpty();
        assertThat(nodes.store.state().usage()).noneMatch(it -> it.key().equals("count"));
    }
}
