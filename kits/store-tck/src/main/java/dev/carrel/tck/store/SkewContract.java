package dev.carrel.tck.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.EndReason;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EndedSession;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a clock that is set right, or wrong, by half a minute must not break: the store is opened again by a program whose clock
 * is ahead of the last one's, or behind it. A lease may then hold for longer or for shorter; nobody writes beside another, no
 * number comes twice, and nothing that is ordered changes its order.
 */
public interface SkewContract extends RestartContract {
    /** By how much the clock is wrong. */
    Duration SKEW = Duration.ofSeconds(30);

    /** Opens the store again, on a clock that is so far from the one of before. */
    private void skew(Duration by) {
        time().jump(by);
        reopen();
    }

    @Test
    default void a_clock_that_goes_back_and_forth_changes_no_order_and_gives_no_number_twice() {
        SessionId session = session();
        Place user = new Place.OfUser(ALICE);
        List<Duration> jumps = List.of(SKEW.negated(), SKEW.multipliedBy(2), SKEW.multipliedBy(-2));
        for (int i = 0; i <= jumps.size(); i++) {
            accept(session, "m" + i);
            operate(session, append(user, "list", "e" + i));
            commit(claim(session), List.of(), change("key", i, Integer.toString(i)));
            if (i < jumps.size()) {
                skew(jumps.get(i));
            }
        }
        numbered(session);
        assertThat(log(session)).hasSize(3 * 4);
        assertThat(store().turns().committed(session, 10)).extracting(turn -> turn.message().id())
                .containsExactly("m0", "m1", "m2", "m3");
        assertThat(entries(user, "list")).containsExactly("e0", "e1", "e2", "e3");
        assertThat(store().state().history(session, 10)).extracting(StateStore.Change::version).containsExactly(4L, 3L,
                2L, 1L);
        assertThat(accept(session, "m0")).as("a repeat is one, whenever it comes")
                .isEqualTo(store().turns().committed(session, 10).getFirst().id());
    }

    @Test
    default void a_turn_whose_lease_a_later_clock_ends_early_writes_nothing_more() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim early = claim(session);
        assertThat(store().turns().append(early, List.of(text(early, 0)))).isTrue();
        skew(SKEW);

        Claim late = claimAgain(session, OTHER_NODE).orElseThrow();
        assertThat(late.fence()).isGreaterThan(early.fence());
        assertThat(store().turns().append(early, List.of(text(early, 1)))).isFalse();
        assertThat(commit(early, List.of(text(early, 1)), change("key", 0, "1")).lost()).isTrue();
        assertThat(state(session, "key").version()).isZero();
        commit(late);
        assertThat(store().turns().find(session, turn)).map(Turn::status).contains(TurnStatus.COMMITTED);
        assertThat(kinds(session)).containsExactly("message", "started", "text", "reset", "text", "committed");
        numbered(session);
    }

    @Test
    default void a_lease_that_an_earlier_clock_makes_longer_is_still_ones_own_and_ends() {
        var one = store().leases().acquire("course-42", "one", LEASE).orElseThrow();
        skew(SKEW.negated());
        assertThat(store().leases().acquire("course-42", "two", LEASE)).isEmpty();
        assertThat(store().leases().renew(one, LEASE)).isTrue();
        time().pass(LEASE.plus(SKEW));
        var two = store().leases().acquire("course-42", "two", LEASE).orElseThrow();
        assertThat(two.fence()).isGreaterThan(one.fence());
        assertThat(store().leases().renew(one, LEASE)).isFalse();
    }

    @Test
    default void a_session_that_ended_later_than_now_has_ended() {
        SessionId session = session();
        SessionId ending = session();
        Instant before = time().now();
        end(session);
        store().sessions().ending(ending, EndReason.IDLE, null, null);
        skew(SKEW.negated());
        assertThat(store().sessions().find(session)).isEmpty();
        assertThat(store().sessions().ended(session)).map(EndedSession::at).isEqualTo(Optional.of(before));
        assertThat(store().sessions().find(ending)).isEmpty();
        assertThat(store().sessions().end(ending, Changes.NONE)).isTrue();
        assertThat(store().sessions().end(ending, Changes.NONE)).isFalse();
    }

    @Test
    default void what_was_swept_does_not_come_back_with_an_earlier_clock() {
        SessionId session = session();
        Place place = new Place.OfSession(session);
        operate(session, new Changes.PutIfAbsent(place, "short", value("1"), Duration.ofMinutes(1)));
        accept(session, "m1");
        commit(claim(session));
        List<StoredEvent> log = log(session);
        time().pass(Duration.ofMinutes(1));
        sweep();
        skew(SKEW.negated());
        assertThat(read(place, "short").value()).isNull();
        assertThat(log(session)).isEqualTo(log);
        operate(session, putIfAbsent(place, "short", "2"));
        assertThat(json(place, "short")).isEqualTo("2");
    }
}
