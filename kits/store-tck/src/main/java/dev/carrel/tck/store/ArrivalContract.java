package dev.carrel.tck.store;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.OverloadedException;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Arrival;
import dev.carrel.session.Failure;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.TurnStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What becomes of a message that arrives while others are open, and of a turn that is asked to stop. */
public interface ArrivalContract extends WaitingContract {
    private TurnId arrive(SessionId session, String messageId, Arrival arrival) {
        return store().turns().accept(asking(session, messageId, "question"), ALICE, arrival, 100).turn();
    }

    @Test
    default void a_message_that_is_to_come_alone_is_refused_while_another_is_open() {
        SessionId session = session();
        arrive(session, "m1", Arrival.REJECT);
        assertThatThrownBy(() -> arrive(session, "m2", Arrival.REJECT)).isInstanceOf(ConflictException.class);
        assertThat(arrive(session, "m1", Arrival.REJECT)).as("a repeat is no other").isNotNull();
        Claim claim = claim(session);
        assertThatThrownBy(() -> arrive(session, "m2", Arrival.REJECT)).isInstanceOf(ConflictException.class);
        store().turns().append(claim, List.of(ask(claim, 0, 0)));
        assertThatThrownBy(() -> arrive(session, "m2", Arrival.REJECT)).isInstanceOf(ConflictException.class);
        commit(claim, List.of(), Changes.NONE);
        arrive(session, "m2", Arrival.REJECT);
        assertThat(kinds(session)).containsExactly("message", "started", "asked", "committed", "message");
    }

    @Test
    default void of_many_that_are_to_come_alone_one_does() {
        for (int round = 0; round < 5; round++) {
            SessionId session = session();
            var accepted = new AtomicInteger();
            Together.run(16, me -> {
                try {
                    arrive(session, "m" + me, Arrival.REJECT);
                    accepted.incrementAndGet();
                } catch (ConflictException _) {
                    // Another was first.
                }
            });
            assertThat(accepted).hasValue(1);
            assertThat(kinds(session)).containsExactly("message");
        }
    }

    @Test
    default void of_many_that_may_wait_no_more_are_accepted_than_may() {
        for (int round = 0; round < 5; round++) {
            SessionId session = session();
            var accepted = new AtomicInteger();
            Together.run(16, me -> {
                try {
                    accept(asking(session, "m" + me, "question"), 5);
                    accepted.incrementAndGet();
                } catch (OverloadedException _) {
                    // Five are open.
                }
            });
            assertThat(accepted).hasValue(5);
            assertThat(store().sessions().find(session).orElseThrow().turns()).isEqualTo(5);
        }
    }

    @Test
    default void a_message_that_interrupts_closes_those_that_wait_and_marks_the_one_that_runs() {
        SessionId session = session();
        TurnId running = accept(session, "m1");
        TurnId waiting = accept(session, "m2");
        Claim claim = claim(session);

        TurnId next = arrive(session, "m3", Arrival.INTERRUPT);

        assertThat(status(session, waiting)).isEqualTo(TurnStatus.INTERRUPTED);
        assertThat(store().turns().find(session, waiting).orElseThrow().failure()).contains(TurnStore.superseded());
        assertThat(status(session, running)).isEqualTo(TurnStatus.RUNNING);
        assertThat(store().turns().stopping(NODE)).containsExactly(
                new TurnStore.Stop(session, running, TurnStatus.INTERRUPTED, TurnStore.superseded()));
        assertThat(store().turns().stopping(OTHER_NODE)).isEmpty();
        assertThat(kinds(session)).containsExactly("message", "message", "started", "interrupted", "message");

        Turn closed = claim.turn().closed(TurnStatus.INTERRUPTED, Answer.EMPTY, TurnStore.superseded());
        assertThat(store().turns().close(claim, closed, List.of(), Changes.NONE).done()).isTrue();
        assertThat(store().turns().stopping(NODE)).isEmpty();
        assertThat(claim(session).turn().id()).isEqualTo(next);
    }

    @Test
    default void of_many_that_interrupt_the_last_one_is_answered() {
        for (int round = 0; round < 5; round++) {
            SessionId session = session();
            accept(session, "m");
            Claim claim = claim(session);
            Together.run(8, me -> arrive(session, "m" + me, Arrival.INTERRUPT));
            assertThat(store().turns().stopping(NODE)).extracting(TurnStore.Stop::session).contains(session);
            commit(claim);
            Claim last = claim(session);
            commit(last);
            assertThat(tryClaim(session, NODE)).isEmpty();
            assertThat(kinds(session).stream().filter("interrupted"::equals)).hasSize(7);
            assertThat(store().turns().committed(session, 10)).extracting(Turn::id).containsExactly(claim.turn().id(),
                    last.turn().id());
        }
    }

    @Test
    default void a_stop_reaches_the_node_that_runs_the_turn_or_takes_it_over() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        TurnId next = accept(session, "m2");
        Claim claim = claim(session);
        var why = Failure.of(ErrorCode.CANCELLED, "stopped");
        assertThat(stop(session, turn, why)).contains(TurnStatus.RUNNING);
        assertThat(stop(session, turn, Failure.of(ErrorCode.CANCELLED, "again"))).contains(TurnStatus.RUNNING);
        assertThat(store().turns().stopping(NODE)).extracting(TurnStore.Stop::why).containsExactly(why);
        store().turns().release(claim);
        assertThat(store().turns().stopping(NODE)).isEmpty();

        Claim second = claimAgain(session, OTHER_NODE).orElseThrow();

        assertThat(second.turn().id()).as("what is to stop is not started again").isEqualTo(next);
        Turn stopped = store().turns().find(session, turn).orElseThrow();
        assertThat(stopped.status()).isEqualTo(TurnStatus.CANCELLED);
        assertThat(stopped.failure()).contains(why);
        assertThat(store().turns().stopping(OTHER_NODE)).isEmpty();
        assertThat(stop(session, turn, why)).contains(TurnStatus.CANCELLED);
    }

    @Test
    default void a_turn_that_was_left_is_started_again_so_often_and_no_more() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        for (int attempt = 1; attempt <= 3; attempt++) {
            Claim claim = claimAgain(session, NodeId.random()).orElseThrow();
            assertThat(claim.turn().id()).isEqualTo(turn);
            assertThat(claim.turn().attempt()).isEqualTo(attempt);
            store().turns().append(claim, List.of(text(claim, 0)));
            assertThat(store().turns().waiting()).doesNotContain(session);
            if (attempt == 2) {
                store().turns().release(claim);
            } else {
                time().pass(LEASE);
            }
            assertThat(store().turns().waiting()).contains(session);
        }
        assertThat(claimAgain(session, NODE)).isEmpty();
        assertThat(status(session, turn)).isEqualTo(TurnStatus.INTERRUPTED);
        assertThat(kinds(session)).containsExactly("message", "started", "text", "reset", "text", "reset", "text",
                "interrupted");
    }

    @Test
    default void a_chat_that_may_not_start_again_does_not() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        store().turns().release(claim(session));
        assertThat(store().turns().claim(session, NODE, LEASE, java.util.Set.of("another chat"), 3)).isEmpty();
        assertThat(status(session, turn)).isEqualTo(TurnStatus.INTERRUPTED);
    }
}
