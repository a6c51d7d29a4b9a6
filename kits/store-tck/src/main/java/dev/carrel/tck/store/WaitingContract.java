package dev.carrel.tck.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Turns that ask their user something and wait; what was answered is there for every later attempt. */
public interface WaitingContract extends StateSubject {
    /** A question of the claimed attempt. */
    default Event ask(Claim claim, int index, int ask) {
        return new Event.Asked(claim.turn().id(), claim.turn().attempt(), index, ask, "{\"question\":" + ask + "}");
    }

    /** Claims for a node that may start turns again. */
    default Optional<Claim> claimAgain(SessionId session, NodeId node) {
        return store().turns().claim(session, node, LEASE, Set.of("tutor"), 3);
    }

    /** Where the turn stands. */
    default TurnStatus status(SessionId session, TurnId turn) {
        return store().turns().find(session, turn).map(Turn::status).orElseThrow();
    }

    private void answer(SessionId session, TurnId turn, int ask, String json) {
        store().turns().answer(session, ALICE, turn, new Input(ask, json));
    }

    @Test
    default void a_turn_that_waits_shows_its_question_also_to_whoever_comes_later() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim claim = claim(session);
        var question = new Event.Asked(turn, 1, 0, 0, "{\"text\":\"Sure?\"}");
        store().turns().append(claim, List.of(question));
        var shown = new Answer("", List.of(Answer.question(question)));
        assertThat(store().turns().find(session, turn).orElseThrow().answer()).isEqualTo(shown);
        assertThat(store().sessions().snapshot(session, 10).orElseThrow().turns().getFirst().answer()).isEqualTo(shown);
    }

    @Test
    default void a_turn_waits_from_its_question_to_its_answer() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim claim = claim(session);
        store().turns().append(claim, List.of(text(claim, 0), ask(claim, 1, 0)));
        assertThat(status(session, turn)).isEqualTo(TurnStatus.WAITING);
        assertThat(store().turns().inputs(session, turn)).isEmpty();

        answer(session, turn, 0, "\"yes\"");
        assertThat(status(session, turn)).isEqualTo(TurnStatus.RUNNING);
        assertThat(store().turns().inputs(session, turn)).containsExactly(new Input(0, "\"yes\""));
        store().turns().append(claim, List.of(ask(claim, 2, 1)));
        assertThat(status(session, turn)).isEqualTo(TurnStatus.WAITING);
        answer(session, turn, 1, "2");
        assertThat(store().turns().inputs(session, turn)).containsExactly(new Input(0, "\"yes\""), new Input(1, "2"));
        commit(claim, List.of(text(claim, 3)), Changes.NONE);

        assertThat(kinds(session)).containsExactly("message", "started", "text", "asked", "answered", "asked",
                "answered", "text", "committed");
        assertThat(log(session).get(4).event()).isEqualTo(new Event.Answered(turn, 1, 0, "\"yes\""));
        assertThat(log(session).get(5).event()).isEqualTo(ask(claim, 2, 1));
    }

    private List<Input> shown(SessionId session, TurnId turn) {
        return store().sessions().snapshot(session, 10).orElseThrow().answered().getOrDefault(turn, List.of());
    }

    @Test
    default void a_snapshot_has_what_was_answered_while_the_turn_is_open_when_it_starts_again_and_when_it_has_closed() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        TurnId next = accept(session, "m2");
        SessionId other = session();
        TurnId others = accept(other, "m1");
        Claim claim = claim(session);
        Claim othersClaim = claim(other);
        store().turns().append(claim, List.of(ask(claim, 0, 0)));
        store().turns().append(othersClaim, List.of(ask(othersClaim, 0, 0)));
        assertThat(store().sessions().snapshot(session, 10).orElseThrow().answered()).isEmpty();
        answer(session, turn, 0, "\"yes\"");
        answer(other, others, 0, "\"no\"");
        assertThat(shown(session, turn)).containsExactly(new Input(0, "\"yes\""));
        store().turns().append(claim, List.of(ask(claim, 1, 1)));
        store().turns().release(claim);
        Claim again = claimAgain(session, OTHER_NODE).orElseThrow();
        assertThat(shown(session, turn)).as("before it asks again").containsExactly(new Input(0, "\"yes\""));
        store().turns().append(again, List.of(ask(again, 0, 0), ask(again, 1, 1)));
        answer(session, turn, 1, "2");
        commit(again, List.of(), Changes.NONE);
        Claim second = claim(session);
        store().turns().append(second, List.of(ask(second, 0, 0)));
        answer(session, next, 0, "3");

        assertThat(store().sessions().snapshot(session, 10).orElseThrow().answered()).isEqualTo(
                Map.of(turn, List.of(new Input(0, "\"yes\""), new Input(1, "2")), next, List.of(new Input(0, "3"))));
        assertThat(store().sessions().snapshot(session, 1).orElseThrow().answered()).containsOnlyKeys(next);
    }

    @Test
    default void what_is_said_after_a_question_ends_the_wait() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim claim = claim(session);
        store().turns().append(claim, List.of(ask(claim, 0, 0)));
        store().turns().append(claim, List.of(ask(claim, 0, 0), text(claim, 1)));
        assertThat(status(session, turn)).isEqualTo(TurnStatus.RUNNING);
        answer(session, turn, 0, "1");
        assertThat(store().turns().inputs(session, turn)).hasSize(1);
    }

    @Test
    default void what_was_not_asked_is_not_answered() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        TurnId queued = accept(session, "m2");
        Claim claim = claim(session);
        List<TurnId> turns = List.of(turn, queued, TurnId.random());
        for (TurnId any : turns) {
            assertThatThrownBy(() -> answer(session, any, 0, "1")).isInstanceOf(NotFoundException.class);
        }
        store().turns().append(claim, List.of(ask(claim, 0, 0)));
        assertThatThrownBy(() -> answer(session, turn, 1, "1")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> answer(session, queued, 0, "1")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> answer(session(), turn, 0, "1")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> answer(SessionId.random(), turn, 0, "1")).isInstanceOf(NotFoundException.class);
        assertThat(status(session, turn)).isEqualTo(TurnStatus.WAITING);
        assertThat(kinds(session)).containsExactly("message", "message", "started", "asked");

        commit(claim, List.of(), Changes.NONE);
        assertThatThrownBy(() -> answer(session, turn, 0, "1")).isInstanceOf(ConflictException.class);
        assertThat(kinds(session)).containsExactly("message", "message", "started", "asked", "committed");
    }

    @Test
    default void of_many_different_answers_one_stands() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim claim = claim(session);
        store().turns().append(claim, List.of(ask(claim, 0, 0)));
        var stood = new AtomicInteger();
        var last = new AtomicInteger();
        Together.run(16, me -> {
            try {
                answer(session, turn, 0, "" + me);
                stood.incrementAndGet();
                last.set(me);
            } catch (ConflictException _) {
                // Another was first.
            }
        });
        assertThat(stood).hasValue(1);
        assertThat(store().turns().inputs(session, turn)).containsExactly(new Input(0, "" + last.get()));
        assertThat(kinds(session)).containsExactly("message", "started", "asked", "answered");
    }

    @Test
    default void another_attempt_is_given_what_was_answered_and_does_not_wait_for_it_again() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim first = claim(session);
        assertThat(first.inputs()).isEmpty();
        store().turns().append(first, List.of(ask(first, 0, 0)));
        answer(session, turn, 0, "\"yes\"");
        store().turns().append(first, List.of(ask(first, 1, 1)));
        time().pass(LEASE);

        Claim second = claimAgain(session, OTHER_NODE).orElseThrow();

        assertThat(second.turn().id()).isEqualTo(turn);
        assertThat(second.turn().attempt()).isEqualTo(2);
        assertThat(second.owner()).isEqualTo(ALICE);
        assertThat(second.inputs()).containsExactly(new Input(0, "\"yes\""));
        assertThat(store().turns().append(first, List.of(text(first, 2)))).isFalse();
        store().turns().append(second, List.of(ask(second, 0, 0)));
        assertThat(status(session, turn)).as("that is answered").isEqualTo(TurnStatus.RUNNING);
        store().turns().append(second, List.of(ask(second, 1, 1)));
        assertThat(status(session, turn)).isEqualTo(TurnStatus.WAITING);
        answer(session, turn, 1, "2");
        commit(second, List.of(text(second, 2)), Changes.NONE);

        assertThat(kinds(session)).containsExactly("message", "started", "asked", "answered", "asked", "reset", "asked",
                "asked", "answered", "text", "committed");
        assertThat(store().turns().find(session, turn).orElseThrow().answer().text()).isEqualTo("piece 2 ");
    }

    @Test
    default void an_answer_that_comes_while_nobody_runs_the_turn_is_kept() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim first = claim(session);
        store().turns().append(first, List.of(ask(first, 0, 0)));
        store().turns().release(first);
        assertThat(status(session, turn)).isEqualTo(TurnStatus.WAITING);
        answer(session, turn, 0, "1");
        Claim second = claimAgain(session, OTHER_NODE).orElseThrow();
        assertThat(second.inputs()).containsExactly(new Input(0, "1"));
        commit(second, List.of(ask(second, 0, 0), text(second, 1)), Changes.NONE);
        assertThat(kinds(session)).containsExactly("message", "started", "asked", "answered", "reset", "asked", "text",
                "committed");
    }

    @Test
    default void an_answer_and_the_end_of_its_turn_at_once_leave_one_order() {
        for (int round = 0; round < 10; round++) {
            SessionId session = session();
            TurnId turn = accept(session, "m1");
            Claim claim = claim(session);
            store().turns().append(claim, List.of(ask(claim, 0, 0)));
            Together.run(2, me -> {
                if (me == 0) {
                    try {
                        answer(session, turn, 0, "1");
                    } catch (ConflictException _) {
                        // It has closed.
                    }
                } else {
                    assertThat(commit(claim, List.of(text(claim, 1)), Changes.NONE).done()).isTrue();
                }
            });
            List<String> kinds = new ArrayList<>(kinds(session));
            kinds.remove("answered");
            assertThat(kinds).containsExactly("message", "started", "asked", "text", "committed");
            assertThat(kinds(session)).last().isEqualTo("committed");
        }
    }

    /** The text as JSON, as every writer of JSON writes it. */
    private static String quoted(String text) {
        var json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int escape = "\b\t\n\f\r\"\\".indexOf(c);
            if (escape >= 0) {
                json.append('\\').append("btnfr\"\\".charAt(escape));
            } else if (c < ' ') {
                json.append(String.format("\\u%04X", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }

    @Test
    default void questions_and_answers_come_back_as_they_were() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim claim = claim(session);
        List<Event> said = new ArrayList<>();
        List<String> hostile = hostile().stream().map(WaitingContract::quoted).toList();
        for (String text : hostile) {
            var asked = new Event.Asked(turn, 1, said.size() / 2, said.size() / 2, text);
            store().turns().append(claim, List.of(asked));
            answer(session, turn, said.size() / 2, text);
            said.add(asked);
            said.add(new Event.Answered(turn, 1, said.size() / 2, text));
        }
        assertThat(log(session).stream().skip(2).map(StoredEvent::event)).isEqualTo(said);
        assertThat(store().turns().inputs(session, turn)).extracting(Input::json).isEqualTo(hostile);
        stop(session, turn, Failure.of(ErrorCode.CANCELLED, "stopped"));
        assertThat(store().turns().stopping(NODE)).hasSize(1);
    }
}
