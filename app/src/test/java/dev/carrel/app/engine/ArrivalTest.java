package dev.carrel.app.engine;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.ChatHandler;
import dev.carrel.app.ChatOptions;
import dev.carrel.error.ConflictException;
import dev.carrel.error.OverloadedException;
import dev.carrel.id.TurnId;
import dev.carrel.session.Arrival;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;

import static dev.carrel.app.engine.Nodes.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What becomes of a message that arrives while an earlier one is answered. */
@Timeout(60)
class ArrivalTest {
    private static final StateKey<Integer> COUNT = StateKey.of("count", 0);

    private final Nodes nodes = new Nodes();
    private final BlockingQueue<String> running = new LinkedBlockingQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final ChatHandler waiting = (message, reply) -> {
        Session.current().update(COUNT, n -> n + 1);
        reply.text("about " + message.text());
        running.add(message.text());
        if (!message.text().equals("quick")) {
            goOn.await();
        }
    };

    @AfterEach
    void stop() {
        goOn.countDown();
        nodes.close();
    }

    private Engine start(Arrival arrival) {
        App app = Carrel.app("arrival").chat("chat", waiting, ChatOptions.DEFAULT.arriving(arrival))
                .limits(new App.Limits(1_000, 3, App.Limits.DEFAULT.turnTime(), 10));
        return nodes.start(app);
    }

    @Test
    void messages_queue_in_order_and_up_to_a_limit() throws Exception {
        Engine engine = start(Arrival.QUEUE);
        OwnedSession session = engine.create(ALICE, null);
        List<TurnId> turns = List.of(engine.post(session, "m1", "1").turn(), engine.post(session, "m2", "2").turn(),
                engine.post(session, "m3", "3").turn());
        assertThatThrownBy(() -> engine.post(session, "m4", "4")).isInstanceOf(OverloadedException.class);
        assertThat(running.take()).isEqualTo("1");
        goOn.countDown();
        turns.forEach(turn -> assertThat(nodes.closed(session, turn).status()).isEqualTo(TurnStatus.COMMITTED));
        assertThat(running.take() + running.take()).isEqualTo("23");
    }

    @Test
    void a_message_is_refused_while_another_is_answered_where_the_chat_says_so() throws Exception {
        Engine engine = start(Arrival.REJECT);
        OwnedSession session = engine.create(ALICE, null);
        TurnId first = engine.post(session, "m1", "1").turn();
        running.take();
        assertThatThrownBy(() -> engine.post(session, "m2", "2")).isInstanceOf(ConflictException.class)
                .hasMessageContaining("still being answered");
        assertThat(engine.post(session, "m1", "1").repeated()).isTrue();
        goOn.countDown();
        nodes.closed(session, first);
        assertThat(nodes.say(engine, session, "quick")).isEqualTo("about quick");
    }

    @Test
    void a_message_that_interrupts_takes_the_place_of_all_that_were_open_and_they_change_nothing() throws Exception {
        Engine engine = start(Arrival.INTERRUPT);
        OwnedSession session = engine.create(ALICE, null);
        TurnId first = engine.post(session, "m1", "1").turn();
        assertThat(running.take()).isEqualTo("1");
        TurnId last = engine.post(session, "m2", "quick").turn();
        Turn superseded = nodes.closed(session, first);
        assertThat(superseded.status()).isEqualTo(TurnStatus.INTERRUPTED);
        assertThat(superseded.failure().orElseThrow().message()).contains("later message");
        assertThat(superseded.answer().text()).as("kept, though it does not stand").isEqualTo("about 1");
        assertThat(nodes.closed(session, last).status()).isEqualTo(TurnStatus.COMMITTED);
        assertThat(nodes.store.state().history(session.id(), 10)).extracting(change -> change.by())
                .containsExactly(last.text());
    }

    @Test
    void the_same_interrupting_message_again_interrupts_nothing() throws Exception {
        Engine engine = start(Arrival.INTERRUPT);
        OwnedSession session = engine.create(ALICE, null);
        TurnId first = engine.post(session, "m1", "1").turn();
        running.take();
        assertThat(engine.post(session, "m1", "1").turn()).isEqualTo(first);
        goOn.countDown();
        assertThat(nodes.closed(session, first).status()).isEqualTo(TurnStatus.COMMITTED);
    }
}
