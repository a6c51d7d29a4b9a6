package dev.carrel.tck.store;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Arrival;
import dev.carrel.session.EndReason;
import dev.carrel.session.Failure;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EndedSession;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What goes on over a restart as if there had been none. */
public interface RestartContract extends WaitingContract, OnceContract {
    /** Closes the store and opens it again, as a process does that starts; {@link #store} is the new one from then on. */
    void reopen();

    /** Opens the store again after the claims of before have lapsed. */
    private void restart() {
        reopen();
        time().pass(LEASE);
    }

    @Test
    default void a_turn_that_waits_goes_on_with_what_was_answered_before_and_after() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim first = claim(session);
        store().turns().append(first, List.of(ask(first, 0, 0)));
        store().turns().answer(session, ALICE, turn, new Input(0, "\"yes\""));
        store().turns().append(first, List.of(ask(first, 1, 1)));
        restart();

        assertThat(status(session, turn)).isEqualTo(TurnStatus.WAITING);
        assertThat(store().turns().waiting()).containsExactly(session);
        store().turns().answer(session, ALICE, turn, new Input(0, "\"yes\""));
        assertThatThrownBy(() -> store().turns().answer(session, ALICE, turn, new Input(0, "\"no\"")))
                .isInstanceOf(ConflictException.class);
        store().turns().answer(session, ALICE, turn, new Input(1, "2"));
        restart();

        Claim second = claimAgain(session, OTHER_NODE).orElseThrow();
        assertThat(second.turn().id()).isEqualTo(turn);
        assertThat(second.turn().attempt()).isEqualTo(2);
        assertThat(second.fence()).isGreaterThan(first.fence());
        assertThat(second.inputs()).containsExactly(new Input(0, "\"yes\""), new Input(1, "2"));
        commit(second, List.of(ask(second, 0, 0), ask(second, 1, 1), text(second, 2)), Changes.NONE);
        assertThat(kinds(session)).containsExactly("message", "started", "asked", "answered", "asked", "answered",
                "reset", "asked", "asked", "text", "committed");
        numbered(session);
    }

    @Test
    default void no_number_comes_twice_however_often_it_starts() {
        SessionId session = session();
        for (int start = 1; start <= 4; start++) {
            accept(session, "m" + start);
            Claim claim = claim(session);
            store().turns().append(claim, pieces(claim, 2));
            if (start % 2 == 0) {
                restart();
                assertThat(claimAgain(session, NODE).orElseThrow().turn().attempt()).isEqualTo(2);
                restart();
                assertThat(tryClaim(session, NODE)).as("it ends as interrupted").isEmpty();
            } else {
                commit(claim, pieces(claim, 3), Changes.NONE);
                reopen();
            }
            numbered(session);
        }
        assertThat(log(session)).hasSize(6 + 6 + 6 + 6);
    }

    @Test
    default void the_numbers_of_a_log_that_was_emptied_go_on() {
        SessionId session = session();
        accept(session, "m1");
        commit(claim(session));
        time().pass(Retention.DEFAULT.eventAge().plus(Duration.ofDays(1)));
        sweep();
        assertThat(log(session)).isEmpty();
        reopen();
        accept(session, "m2");
        assertThat(log(session)).extracting(StoredEvent::id).extracting(it -> it.epoch() + "." + it.number())
                .containsExactly("e1.5");
    }

    @Test
    default void what_was_repeated_after_the_restart_is_still_a_repeat() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim claim = claim(session);
        var user = new Place.OfUser(ALICE);
        var changes = new Changes(List.of(put("key", 0, "1")),
                List.of(increment(user, "count", 1), append(user, "list", "e")));
        assertThat(commit(claim, List.of(text(claim, 0)), changes).done()).isTrue();
        var log = log(session);
        restart();

        assertThat(commit(claim, List.of(text(claim, 0)), changes).done()).isTrue();
        assertThat(accept(session, "m1")).isEqualTo(turn);
        assertThat(store().turns().append(claim, List.of(text(claim, 1)))).isFalse();
        operate(session(), append(user, "list", "e"));

        assertThat(log(session)).isEqualTo(log);
        assertThat(json(user, "count")).isEqualTo("1");
        assertThat(entries(user, "list")).containsExactly("e");
        assertThat(state(session, "key").version()).isEqualTo(1);
    }

    @Test
    default void what_is_kept_and_for_how_long_is_the_same() {
        SessionId session = session();
        for (Place place : places(session)) {
            operate(session, increment(place, "count", 5), append(place, "list", "b"), append(place, "list", "a"),
                    new Changes.PutIfAbsent(place, "short", value("1"), Duration.ofMinutes(1)),
                    putIfAbsent(place, "gone", "1"), new Changes.Remove(place, "gone"));
        }
        var history = store().state().history(session, 10);
        var usage = store().state().usage();
        reopen();
        assertThat(store().state().history(session, 10)).isEqualTo(history);
        assertThat(store().state().usage()).containsExactlyInAnyOrderElementsOf(usage);
        for (Place place : places(session)) {
            operate(session, increment(place, "count", 1), append(place, "list", "b"), append(place, "list", "c"));
            assertThat(read(place, "count")).isEqualTo(new Versioned(2, value("6")));
            assertThat(entries(place, "list")).containsExactly("b", "a", "c");
            assertThat(json(place, "short")).isEqualTo("1");
        }
        time().pass(Duration.ofMinutes(1));
        reopen();
        for (Place place : places(session)) {
            assertThat(read(place, "short")).isEqualTo(new Versioned(1, null));
            assertThat(json(place, "count")).isEqualTo("6");
        }
        sweep();
        assertThat(store().state().valueAt(session, "count", 1)).contains(value("5"));
    }

    @Test
    default void an_ended_session_stays_ended_and_one_that_was_ending_can_be_ended() {
        SessionId ended = session();
        SessionId ending = session();
        end(ended);
        store().sessions().ending(ending, EndReason.IDLE, null, null);
        reopen();
        assertThat(store().sessions().ended(ended)).contains(
                new EndedSession(ended, ALICE, "tutor", "deleted", time().now()));
        for (SessionId session : List.of(ended, ending)) {
            assertThat(store().sessions().find(session)).isEmpty();
            assertThatThrownBy(() -> accept(session, "m1")).isInstanceOf(NotFoundException.class);
        }
        time().pass(Duration.ofSeconds(1));
        assertThat(store().sessions().ending(time().now(), 10)).extracting(EndedSession::id).containsExactly(ending);
        var farewell = new Changes(List.of(), List.of(increment(new Place.OfUser(ALICE), "farewells", 1)));
        assertThat(store().sessions().end(ending, farewell)).isTrue();
        reopen();
        assertThat(store().sessions().end(ending, farewell)).isFalse();
        assertThat(json(new Place.OfUser(ALICE), "farewells")).isEqualTo("1");
        assertThat(store().sessions().ended(ending)).map(EndedSession::reason).contains("idle");
    }

    @Test
    default void a_lease_is_kept_and_its_fence_grows_on() {
        var one = store().leases().acquire("course-42", "one", LEASE).orElseThrow();
        reopen();
        assertThat(store().leases().acquire("course-42", "two", LEASE)).isEmpty();
        assertThat(store().leases().renew(one, LEASE)).isTrue();
        store().leases().release(one);
        reopen();
        var two = store().leases().acquire("course-42", "two", LEASE).orElseThrow();
        assertThat(two.fence()).isGreaterThan(one.fence());
        assertThat(store().leases().renew(one, LEASE)).isFalse();
    }

    @Test
    default void a_turn_that_was_to_stop_is_closed_so() {
        SessionId session = session();
        TurnId stopped = accept(session, "m1");
        claim(session);
        var why = Failure.of(ErrorCode.CANCELLED, "stopped");
        stop(session, stopped, why);
        SessionId another = session();
        TurnId superseded = accept(another, "m1");
        claim(another);
        store().turns().accept(asking(another, "m2", "question"), ALICE, Arrival.INTERRUPT, 10);
        restart();

        assertThat(claimAgain(session, NODE)).isEmpty();
        assertThat(claimAgain(another, NODE)).map(it -> it.turn().message().id()).contains("m2");
        Turn closed = store().turns().find(session, stopped).orElseThrow();
        assertThat(closed.status()).isEqualTo(TurnStatus.CANCELLED);
        assertThat(closed.failure()).contains(why);
        assertThat(status(another, superseded)).isEqualTo(TurnStatus.INTERRUPTED);
    }
}
