package dev.carrel.tck.store;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.NotFoundException;
import dev.carrel.error.OverloadedException;
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
import dev.carrel.session.store.Snapshot;
import dev.carrel.session.store.TurnStore;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Turns: accepted once, said once, closed once, all or nothing. */
public interface TurnContract extends StoreSubject {
    @Test
    default void the_same_message_again_is_the_same_turn() {
        SessionId session = session();
        Turn first = asking(session, "m1", "question");
        assertThat(accept(first, 1).repeated()).isFalse();
        for (int i = 0; i < 3; i++) {
            var again = accept(asking(session, "m1", "question"), 1);
            assertThat(again.repeated()).isTrue();
            assertThat(again.turn()).isEqualTo(first.id());
        }
        commit(claim(session));
        assertThat(accept(asking(session, "m1", "question"), 1).turn()).isEqualTo(first.id());

        assertThat(kinds(session)).containsExactly("message", "started", "text", "committed");
        assertThat(store().sessions().find(session).orElseThrow().turns()).isEqualTo(1);
    }

    @Test
    default void the_same_message_from_many_at_once_is_one_turn() {
        SessionId session = session();
        Set<TurnId> turns = ConcurrentHashMap.newKeySet();
        Together.run(32, me -> turns.add(accept(asking(session, "m1", "question"), 1).turn()));
        assertThat(turns).hasSize(1);
        assertThat(kinds(session)).containsExactly("message");
    }

    @Test
    default void the_same_message_id_with_another_text_is_a_conflict() {
        SessionId session = session();
        accept(session, "m1");
        assertThatThrownBy(() -> accept(asking(session, "m1", "another"), 10))
                .isInstanceOf(ConflictException.class);
        assertThat(kinds(session)).containsExactly("message");
        assertThat(accept(asking(session(), "m1", "another"), 10).repeated()).isFalse();
    }

    @Test
    default void no_more_turns_are_open_than_allowed() {
        SessionId session = session();
        accept(asking(session, "m1", "question"), 2);
        claim(session);
        accept(asking(session, "m2", "question"), 2);

        assertThatThrownBy(() -> accept(asking(session, "m3", "question"), 2))
                .isInstanceOf(OverloadedException.class);

        assertThat(accept(asking(session, "m2", "question"), 2).repeated()).isTrue();
        assertThat(store().sessions().find(session).orElseThrow().turns()).isEqualTo(2);
        assertThat(kinds(session)).containsExactly("message", "started", "message");
    }

    @Test
    default void a_message_to_no_session_is_refused() {
        assertThatThrownBy(() -> accept(SessionId.random(), "m1")).isInstanceOf(NotFoundException.class);
    }

    @Test
    default void saying_something_again_says_nothing_new() {
        SessionId session = session();
        accept(session, "m1");
        Claim claim = claim(session);
        for (int size = 1; size <= 4; size++) {
            List<Event> said = java.util.stream.IntStream.range(0, size).mapToObj(i -> text(claim, i)).toList();
            for (int repeat = 0; repeat < 3; repeat++) {
                assertThat(store().turns().append(claim, said)).isTrue();
            }
        }
        assertThat(store().turns().append(claim, List.of(text(claim, 2)))).isTrue();
        assertThat(store().turns().append(claim, List.of())).isTrue();
        assertThat(commit(claim, List.of(text(claim, 3), text(claim, 4)), Changes.NONE).done()).isTrue();

        assertThat(kinds(session)).containsExactly("message", "started", "text", "text", "text", "text", "text",
                "committed");
    }

    @Test
    default void what_skips_an_index_is_refused_and_nothing_of_it_is_said() {
        SessionId session = session();
        accept(session, "m1");
        Claim claim = claim(session);
        assertThatThrownBy(() -> store().turns().append(claim, List.of(text(claim, 0), text(claim, 2))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> commit(claim, List.of(text(claim, 1)), change("key", 0, "1")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(kinds(session)).containsExactly("message", "started");
        assertThat(state(session, "key")).isEqualTo(Versioned.NEVER);
        commit(claim);
    }

    @Test
    default void a_running_turn_shows_what_it_has_said_so_far() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        accept(session, "m2");
        Claim claim = claim(session);
        store().turns().append(claim, List.of(text(claim, 0)));
        accept(session, "m3");
        store().turns().append(claim, List.of(text(claim, 1), new Event.Data(turn, 1, 2, "sources", "[1]")));

        var said = new Answer("piece 0 piece 1 ", List.of(new Answer.Data("sources", "[1]")));
        assertThat(store().turns().find(session, turn).orElseThrow().answer()).isEqualTo(said);
        Snapshot snapshot = store().sessions().snapshot(session, 10).orElseThrow();
        assertThat(snapshot.turns()).extracting(Turn::status).containsExactly(TurnStatus.RUNNING, TurnStatus.QUEUED,
                TurnStatus.QUEUED);
        assertThat(snapshot.turns().getFirst().answer()).isEqualTo(said);
        assertThat(snapshot.last().number()).isEqualTo(7);
    }

    @Test
    default void a_turn_closes_with_its_answer_its_state_and_its_lists_in_one_step() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim claim = claim(session);
        var note = note(ALICE, "notes", "n1", "{}");
        var changes = new Changes(List.of(put("key", 0, "1")), List.of(note));
        List<Event> said = List.of(text(claim, 0), new Event.Data(turn, 1, 1, "sources", "[1]"),
                new Event.Data(turn, 1, 2, "notice", "{\"a\":null}"));

        assertThat(commit(claim, said, changes).done()).isTrue();

        Turn closed = store().turns().find(session, turn).orElseThrow();
        assertThat(closed.status()).isEqualTo(TurnStatus.COMMITTED);
        assertThat(closed.answer()).isEqualTo(Answer.of(said));
        assertThat(closed.failure()).isEmpty();
        assertThat(store().turns().committed(session, 1)).containsExactly(closed);
        assertThat(store().sessions().snapshot(session, 10).orElseThrow().turns()).containsExactly(closed);
        assertThat(state(session, "key").version()).isEqualTo(1);
        assertThat(list(ALICE, "notes")).hasSize(1);
        assertThat(log(session).stream().map(StoredEvent::event).skip(2).limit(3)).isEqualTo(said);
        assertThat(kinds(session)).containsExactly("message", "started", "text", "data", "data", "committed");
    }

    @Test
    default void a_turn_that_meets_a_conflict_writes_nothing_and_can_be_closed_again() {
        SessionId session = session();
        accept(session, "m1");
        Claim claim = claim(session);
        write(session, change("key", 0, "\"theirs\""));
        var note = note(ALICE, "notes", "n1", "{}");
        var changes = new Changes(List.of(put("other", 0, "1"),
                put("key", 0, "\"mine\"")), List.of(note));

        var closed = commit(claim, List.of(text(claim, 0)), changes);

        assertThat(closed.done()).isFalse();
        assertThat(closed.lost()).isFalse();
        assertThat(closed.conflicts()).containsExactly("key");
        assertThat(kinds(session)).containsExactly("message", "started");
        assertThat(state(session, "other")).isEqualTo(Versioned.NEVER);
        assertThat(list(ALICE, "notes")).isEmpty();
        assertThat(store().turns().find(session, claim.turn().id())).get().extracting(Turn::status)
                .isEqualTo(TurnStatus.RUNNING);
        assertThat(commit(claim, List.of(text(claim, 0)), change("key", 1, "\"mine\"")).done()).isTrue();
    }

    @Test
    default void a_turn_that_did_not_commit_says_why() {
        for (TurnStatus end : List.of(TurnStatus.FAILED, TurnStatus.CANCELLED, TurnStatus.INTERRUPTED)) {
            SessionId session = session();
            TurnId turn = accept(session, "m1");
            Claim claim = claim(session);
            var why = new Failure("deadline", "It took too long: '\uD83D\uDE80'.");
            store().turns().close(claim, claim.turn().closed(end, Answer.EMPTY, why), List.of(), Changes.NONE);

            Turn closed = store().turns().find(session, turn).orElseThrow();
            assertThat(closed.status()).isEqualTo(end);
            assertThat(closed.failure()).contains(why);
            assertThat(store().turns().committed(session, 10)).isEmpty();
            assertThat(log(session).getLast().event()).isEqualTo(Event.closing(closed));
        }
    }

    @Test
    default void a_claim_closes_the_turn_that_was_claimed() {
        SessionId session = session();
        accept(session, "m1");
        Claim claim = claim(session);
        Turn other = asking(session, "m2", "question").closed(TurnStatus.COMMITTED, Answer.EMPTY, null);
        assertThatThrownBy(() -> store().turns().close(claim, other, List.of(), Changes.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().turns().close(claim, claim.turn(), List.of(), Changes.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(kinds(session)).containsExactly("message", "started");
    }

    @Test
    default void a_turn_that_waits_is_stopped_at_once_and_one_that_runs_is_marked() {
        SessionId session = session();
        TurnId running = accept(session, "m1");
        TurnId waiting = accept(session, "m2");
        TurnId last = accept(session, "m3");
        Claim claim = claim(session);
        var why = Failure.of(ErrorCode.CANCELLED, "stopped");

        assertThat(stop(session, TurnId.random(), why)).isEmpty();
        assertThat(stop(session(), waiting, why)).isEmpty();
        assertThat(stop(session, waiting, why)).contains(TurnStatus.CANCELLED);
        assertThat(stop(session, waiting, why)).contains(TurnStatus.CANCELLED);
        assertThat(store().turns().stopping(NODE)).isEmpty();
        assertThat(stop(session, running, why)).contains(TurnStatus.RUNNING);
        assertThat(stop(session, running, Failure.of(ErrorCode.CANCELLED, "again"))).contains(TurnStatus.RUNNING);
        assertThat(store().turns().stopping(NODE)).containsExactly(
                new TurnStore.Stop(session, running, TurnStatus.CANCELLED, why));
        assertThat(store().turns().stopping(OTHER_NODE)).isEmpty();

        commit(claim);
        assertThat(store().turns().stopping(NODE)).isEmpty();
        assertThat(claim(session).turn().id()).isEqualTo(last);
        assertThat(store().turns().stopping(NODE)).isEmpty();
        assertThat(store().turns().find(session, waiting).orElseThrow().failure()).contains(why);
        assertThat(kinds(session)).containsExactly("message", "message", "message", "started", "cancelled", "text",
                "committed", "started");
    }

    @Test
    default void history_is_what_committed_oldest_first() {
        SessionId session = session();
        for (int i = 0; i < 6; i++) {
            accept(session, "m" + i);
            Claim claim = claim(session);
            if (i % 2 == 0) {
                commit(claim);
            } else {
                store().turns().close(claim,
                        claim.turn().closed(TurnStatus.FAILED, Answer.EMPTY, new Failure("internal", "")), List.of(),
                        Changes.NONE);
            }
        }
        assertThat(store().turns().committed(session, 2)).extracting(turn -> turn.message().id())
                .containsExactly("m2", "m4");
        assertThat(store().turns().committed(session, 10)).hasSize(3);
        assertThat(store().sessions().snapshot(session, 4).orElseThrow().turns())
                .extracting(turn -> turn.message().id()).containsExactly("m2", "m3", "m4", "m5");
        assertThat(store().turns().find(session(), store().turns().committed(session, 1).getFirst().id())).isEmpty();
    }
}
