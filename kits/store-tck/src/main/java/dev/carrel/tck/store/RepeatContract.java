package dev.carrel.tck.store;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.TurnStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whoever does not know whether something was done does it again, and that is harmless. */
public interface RepeatContract extends StateSubject {
    /** Does every step of a turn's life this often; what the session looks like in the end. */
    private List<Object> life(int times) {
        SessionId session = session();
        Turn first = asking(session, "m1", "question");
        Turn second = asking(session, "m2", "question");
        repeat(times, () -> accept(first, 10));
        repeat(times, () -> accept(second, 10));
        var claim = claim(session);
        TurnId turn = first.id();
        repeat(times, () -> store().turns().append(claim, List.of(text(claim, 0))));
        repeat(times, () -> store().turns().append(claim, List.of(text(claim, 0), text(claim, 1))));
        repeat(times, () -> store().turns().append(claim, List.of(new Event.Asked(turn, 1, 2, 0, "\"sure?\""))));
        repeat(times, () -> store().turns().answer(session, ALICE, turn, new Input(0, "\"yes\"")));
        repeat(times, () -> store().turns().append(claim, List.of(text(claim, 3))));
        var changes = new Changes(List.of(put("key", 0, "1")),
                List.of(increment(new Place.OfSession(session), "count", 1),
                        append(new Place.OfSession(session), "list", "e")));
        repeat(times, () -> commit(claim, List.of(text(claim, 3), text(claim, 4)), changes));
        repeat(times, () -> stop(session, second.id(), Failure.of(ErrorCode.CANCELLED, "stopped")));
        repeat(times, () -> accept(asking(session, "m1", "question"), 10));
        repeat(times, () -> stop(session, turn, Failure.of(ErrorCode.CANCELLED, "too late")));
        var place = new Place.OfSession(session);
        return List.of(kinds(session), store().events().range(session).orElseThrow(),
                store().turns().find(session, turn).orElseThrow().answer(),
                store().turns().committed(session, 10).size(), state(session, "key"), read(place, "count"),
                entries(place, "list"), store().sessions().find(session).orElseThrow().turns(),
                store().state().history(session, 10).size(),
                store().turns().find(session, second.id()).orElseThrow().status());
    }

    private static void repeat(int times, Runnable step) {
        for (int i = 0; i < times; i++) {
            step.run();
        }
    }

    @Test
    default void a_life_of_which_every_step_is_repeated_is_the_same_life() {
        List<Object> once = life(1);
        assertThat(life(2)).isEqualTo(once);
        assertThat(life(5)).isEqualTo(once);
    }

    @Test
    default void closing_again_in_another_way_is_refused() {
        for (TurnStatus end : List.of(TurnStatus.FAILED, TurnStatus.CANCELLED, TurnStatus.INTERRUPTED)) {
            SessionId session = session();
            accept(session, "m1");
            var claim = claim(session);
            Turn closed = claim.turn().closed(end, Answer.EMPTY, new Failure("internal", "why"));
            for (int i = 0; i < 3; i++) {
                assertThat(store().turns().close(claim, closed, List.of(), Changes.NONE))
                        .isEqualTo(TurnStore.Closed.DONE);
            }
            assertThat(commit(claim, List.of(text(claim, 0)), change("key", 0, "1")).lost()).isTrue();
            assertThat(state(session, "key").version()).isZero();
            assertThat(kinds(session)).containsExactly("message", "started", end.text());
        }
    }

    @Test
    default void a_close_that_is_repeated_while_the_next_turn_runs_is_still_done() {
        SessionId session = session();
        accept(session, "m1");
        accept(session, "m2");
        var first = claim(session);
        commit(first);
        var second = claim(session);
        assertThat(commit(first, List.of(text(first, 0)), Changes.NONE).done()).isTrue();
        assertThat(commit(first, List.of(text(first, 0)), change("key", 0, "1")).lost()).isFalse();
        assertThat(store().turns().append(first, List.of(text(first, 1)))).isFalse();
        assertThat(state(session, "key").version()).isZero();
        commit(second);
        assertThat(kinds(session)).containsExactly("message", "message", "started", "text", "committed", "started",
                "text", "committed");
    }

    @Test
    default void releasing_again_gives_nothing_of_the_next_claim_back() {
        SessionId session = session();
        accept(session, "m1");
        var first = claim(session);
        store().turns().release(first);
        store().turns().release(first);
        var second = store().turns().claim(session, OTHER_NODE, LEASE, Set.of("tutor"), 3).orElseThrow();
        store().turns().release(first);
        assertThat(tryClaim(session, NODE)).isEmpty();
        assertThat(store().turns().append(first, List.of(text(first, 0)))).isFalse();
        assertThat(store().turns().append(second, List.of(text(second, 0)))).isTrue();
        commit(second, List.of(), Changes.NONE);
        store().turns().release(second);
        assertThat(kinds(session)).containsExactly("message", "started", "reset", "text", "committed");
    }

    @Test
    default void the_same_answer_again_changes_nothing_and_another_is_refused() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        var claim = claim(session);
        store().turns().append(claim, List.of(new Event.Asked(turn, 1, 0, 0, "\"sure?\"")));
        Together.run(16, me -> store().turns().answer(session, ALICE, turn, new Input(0, "\"yes\"")));
        assertThatThrownBy(() -> store().turns().answer(session, ALICE, turn, new Input(0, "\"no\"")))
                .isInstanceOf(ConflictException.class);
        assertThat(kinds(session)).containsExactly("message", "started", "asked", "answered");
        assertThat(store().turns().inputs(session, turn)).containsExactly(new Input(0, "\"yes\""));

        commit(claim, List.of(), Changes.NONE);
        store().turns().answer(session, ALICE, turn, new Input(0, "\"yes\""));
        assertThatThrownBy(() -> store().turns().answer(session, ALICE, turn, new Input(0, "\"no\"")))
                .isInstanceOf(ConflictException.class);
        assertThat(kinds(session)).containsExactly("message", "started", "asked", "answered", "committed");
    }
}
