package dev.carrel.app.engine;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.ChatHandler;
import dev.carrel.app.ChatOptions;
import dev.carrel.error.ConflictException;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.TurnId;
import dev.carrel.session.Message;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;

import static dev.carrel.app.engine.Nodes.ALICE;
import static dev.carrel.app.engine.Nodes.AUTHORITY;
import static dev.carrel.app.engine.Nodes.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Turns that ask their user something: across restarts, and with answers that come at any time. */
@Timeout(60)
class AskTest {
    private record Seats(int seats) {}

    private final Nodes nodes = new Nodes();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private final ChatHandler booking = (message, reply) -> {
        int attempt = attempts.incrementAndGet();
        log.add(attempt + " begins");
        reply.text("Booking. ");
        int adults = reply.ask("How many adults?").as(Seats.class).seats();
        log.add(attempt + " adults " + adults);
        int children = reply.ask("How many children?").as(Seats.class).seats();
        log.add(attempt + " children " + children);
        reply.text(adults + children + " seats.");
    };

    @AfterEach
    void stop() {
        nodes.close();
    }

    private App app(boolean restartable) {
        return Carrel.app("booking").chat("chat", booking,
                restartable ? ChatOptions.DEFAULT.restartable() : ChatOptions.DEFAULT);
    }

    private void waits(OwnedSession session, TurnId turn) {
        Nodes.until(() -> nodes.turn(session, turn).status() == TurnStatus.WAITING);
    }

    private void answer(Engine engine, OwnedSession session, TurnId turn, int ask, int seats) {
        engine.answer(session, turn, ask, "{\"seats\":" + seats + "}");
    }

    @Test
    void a_turn_goes_on_with_what_its_user_answers() {
        Engine engine = nodes.start(app(false));
        OwnedSession session = engine.create(ALICE, null);
        TurnId turn = engine.post(session, "m", "go").turn();
        waits(session, turn);
        assertThatThrownBy(() -> answer(engine, session, turn, 1, 5)).isInstanceOf(NotFoundException.class);
        answer(engine, session, turn, 0, 2);
        answer(engine, session, turn, 0, 2);
        assertThatThrownBy(() -> answer(engine, session, turn, 0, 3)).isInstanceOf(ConflictException.class);
        Nodes.until(() -> nodes.events(session).stream().filter("asked"::equals).count() == 2);
        answer(engine, session, turn, 1, 3);
        Turn closed = nodes.closed(session, turn);
        assertThat(closed.status()).isEqualTo(TurnStatus.COMMITTED);
        assertThat(closed.answer().text()).isEqualTo("Booking. 5 seats.");
        assertThat(nodes.events(session)).containsExactly("message", "started", "text", "asked", "answered", "asked",
                "answered", "text", "committed");
        assertThatThrownBy(() -> answer(engine, session, turn, 1, 4)).isInstanceOf(ConflictException.class);
    }

    @Test
    void after_a_restart_what_was_answered_stands_and_only_what_is_open_is_asked() {
        Engine first = nodes.start(app(true));
        OwnedSession session = first.create(ALICE, null);
        TurnId turn = first.post(session, "m", "go").turn();
        waits(session, turn);
        answer(first, session, turn, 0, 2);
        Nodes.until(() -> nodes.events(session).stream().filter("asked"::equals).count() == 2);

        nodes.stop(first);
        assertThat(nodes.turn(session, turn).status()).as("released, and still open").isEqualTo(TurnStatus.WAITING);

        Engine second = nodes.start(app(true));
        Nodes.until(() -> log.contains("2 adults 2"));
        waits(session, turn);
        answer(second, session, turn, 1, 1);
        assertThat(nodes.closed(session, turn).answer().text()).isEqualTo("Booking. 3 seats.");
        assertThat(log).containsExactly("1 begins", "1 adults 2", "2 begins", "2 adults 2", "2 children 1");
        assertThat(nodes.events(session)).containsExactly("message", "started", "text", "asked", "answered", "asked",
                "reset", "text", "asked", "answered", "text", "committed");
    }

    @Test
    void an_answer_that_comes_while_no_engine_runs_is_found_by_the_next() {
        Engine first = nodes.start(app(true));
        OwnedSession session = first.create(ALICE, null);
        TurnId turn = first.post(session, "m", "go").turn();
        waits(session, turn);
        nodes.stop(first);
        answer(first, session, turn, 0, 4);
        nodes.start(app(true));
        Nodes.until(() -> log.contains("2 adults 4"));
    }

    @Test
    void a_turn_that_may_not_start_again_is_interrupted_by_a_restart_and_an_answer_comes_too_late() {
        Engine first = nodes.start(app(false));
        OwnedSession session = first.create(ALICE, null);
        TurnId turn = first.post(session, "m", "go").turn();
        waits(session, turn);
        nodes.stop(first);
        assertThat(nodes.turn(session, turn).status()).isEqualTo(TurnStatus.INTERRUPTED);
        Engine second = nodes.start(app(false));
        assertThatThrownBy(() -> answer(second, session, turn, 0, 4)).isInstanceOf(ConflictException.class);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void a_turn_that_waits_can_be_stopped_and_the_next_one_runs() {
        Engine engine = nodes.start(app(true));
        OwnedSession session = engine.create(ALICE, null);
        TurnId turn = engine.post(session, "m", "go").turn();
        waits(session, turn);
        engine.cancel(session, turn);
        assertThat(nodes.closed(session, turn).status()).isEqualTo(TurnStatus.CANCELLED);
        TurnId next = engine.post(session, "n", "go").turn();
        waits(session, next);
    }

    @Test
    void nobody_else_answers() {
        Engine engine = nodes.start(app(true));
        OwnedSession session = engine.create(ALICE, null);
        TurnId turn = engine.post(session, "m", "go").turn();
        waits(session, turn);
        OwnedSession bobs = engine.create(BOB, null);
        assertThatThrownBy(() -> answer(engine, bobs, turn, 0, 4)).isInstanceOf(NotFoundException.class);
        assertThat(nodes.turn(session, turn).status()).isEqualTo(TurnStatus.WAITING);
    }

    @Test
    void a_turn_of_somebody_who_is_known_no_longer_does_not_start_again() {
        Engine first = nodes.start(app(true));
        OwnedSession session = first.create(ALICE, null);
        TurnId turn = first.post(session, "m", "go").turn();
        waits(session, turn);
        nodes.stop(first);
        nodes.start(app(true), nodes.keys, nodes.time,
                new Engine.Options(Engine.Options.DEFAULT.lease(), who -> !who.equals(ALICE)));
        Turn closed = nodes.closed(session, turn);
        assertThat(closed.status()).isEqualTo(TurnStatus.FAILED);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void roles_are_those_of_the_moment_of_asking() throws Exception {
        var asked = new CountDownLatch(1);
        App app = Carrel.app("roles").chat("chat", (Message message, dev.carrel.app.Reply reply) -> {
            asked.countDown();
            reply.ask("sure?");
            reply.text(dev.carrel.context.Principal.current().roles().toString());
        }, ChatOptions.DEFAULT.restartable());
        Engine first = nodes.start(app);
        OwnedSession session = first.create(ALICE, null);
        TurnId turn = first.post(session, "m", "go").turn();
        asked.await();
        waits(session, turn);
        nodes.stop(first);
        Engine second = nodes.start(app);
        var admin = AUTHORITY.user("school", "alice", "Alice", Set.of("admin"));
        second.answer(second.sessions().open(admin, session.id()), turn, 0, "{}");
        assertThat(nodes.closed(session, turn).answer().text()).isEqualTo("[teacher]");
    }
}
