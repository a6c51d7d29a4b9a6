package dev.carrel.tck.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;

/** Lanes: in order, one turn at a time, under a lease and a fence. */
public interface LaneContract extends StoreSubject {
    @Test
    default void turns_run_in_the_order_in_which_they_were_accepted() {
        SessionId session = session();
        List<TurnId> accepted = List.of(accept(session, "z"), accept(session, "a"), accept(session, "m"));
        List<TurnId> ran = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Claim claim = claim(session);
            ran.add(claim.turn().id());
            commit(claim);
        }
        assertThat(ran).isEqualTo(accepted);
        assertThat(tryClaim(session, NODE)).isEmpty();
    }

    @Test
    default void one_turn_runs_at_a_time_however_many_claim_the_lane() {
        SessionId session = session();
        List<TurnId> accepted = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            accepted.add(accept(session, "m" + i));
        }
        List<TurnId> ran = Collections.synchronizedList(new ArrayList<>());
        var inside = new AtomicInteger();
        Together.run(32, me -> {
            NodeId node = NodeId.random();
            while (ran.size() < accepted.size()) {
                Optional<Claim> claim = tryClaim(session, node);
                if (claim.isPresent()) {
                    assertThat(inside.incrementAndGet()).isEqualTo(1);
                    ran.add(claim.get().turn().id());
                    inside.decrementAndGet();
                    commit(claim.get());
                }
            }
        });
        assertThat(ran).isEqualTo(accepted);
    }

    @Test
    default void a_claim_holds_its_own_lane_and_no_other() {
        SessionId one = session();
        SessionId two = session();
        accept(one, "m1");
        accept(one, "m2");
        accept(two, "m1");
        claim(one);

        assertThat(tryClaim(one, NODE)).isEmpty();
        assertThat(tryClaim(one, OTHER_NODE)).isEmpty();
        assertThat(tryClaim(two, OTHER_NODE)).isPresent();
        assertThat(tryClaim(session(), NODE)).isEmpty();
        assertThat(tryClaim(SessionId.random(), NODE)).isEmpty();
    }

    @Test
    default void a_claimed_turn_has_started() {
        SessionId session = session();
        Turn asked = asking(session, "m1", "question");
        accept(asked, 1);

        Claim claim = claim(session);

        assertThat(claim.turn()).isEqualTo(asked.started());
        assertThat(claim.node()).isEqualTo(NODE);
        assertThat(kinds(session)).containsExactly("message", "started");
        assertThat(store().turns().find(session, asked.id())).get().extracting(Turn::status)
                .isEqualTo(TurnStatus.RUNNING);
    }

    @Test
    default void a_lapsed_turn_is_closed_as_interrupted_and_the_next_one_runs() {
        SessionId session = session();
        TurnId first = accept(session, "m1");
        TurnId second = accept(session, "m2");
        Claim old = claim(session);
        store().turns().append(old, List.of(text(old, 0), new Event.Data(first, 1, 1, "sources", "[1]")));

        time().pass(LEASE.minusNanos(1));
        assertThat(tryClaim(session, OTHER_NODE)).isEmpty();
        assertThat(store().turns().waiting()).containsExactly(session);
        time().pass(Duration.ofNanos(1));
        Claim next = tryClaim(session, OTHER_NODE).orElseThrow();

        assertThat(next.turn().id()).isEqualTo(second);
        assertThat(next.fence()).isGreaterThan(old.fence());
        Turn cut = store().turns().find(session, first).orElseThrow();
        assertThat(cut.status()).isEqualTo(TurnStatus.INTERRUPTED);
        assertThat(cut.answer().text()).isEqualTo("piece 0 ");
        assertThat(cut.answer().data()).hasSize(1);
        assertThat(cut.failure()).get().extracting(Failure::code).isEqualTo("unavailable");
        assertThat(kinds(session)).containsExactly("message", "message", "started", "text", "data", "interrupted",
                "started");
    }

    @Test
    default void a_lapsed_turn_with_none_behind_it_is_closed_and_the_lane_is_empty() {
        SessionId session = session();
        accept(session, "m1");
        claim(session);
        assertThat(store().turns().waiting()).isEmpty();
        time().pass(LEASE);
        assertThat(store().turns().waiting()).containsExactly(session);

        assertThat(tryClaim(session, OTHER_NODE)).isEmpty();

        assertThat(kinds(session)).containsExactly("message", "started", "interrupted");
        assertThat(store().turns().waiting()).isEmpty();
        assertThat(store().sessions().move(session, ALICE, BOB)).isTrue();
    }

    @Test
    default void an_old_claim_can_say_and_close_nothing() {
        SessionId session = session();
        accept(session, "m1");
        accept(session, "m2");
        Claim old = claim(session);
        time().pass(LEASE);
        Claim next = claim(session);
        List<String> before = kinds(session);

        assertThat(store().turns().append(old, List.of(text(old, 0)))).isFalse();
        assertThat(commit(old, List.of(text(old, 0)), change("key", 0, "1")).lost()).isTrue();

        assertThat(kinds(session)).isEqualTo(before);
        assertThat(state(session, "key")).isEqualTo(Versioned.NEVER);
        commit(next);
        assertThat(commit(old, List.of(), change("key", 0, "1")).lost()).isTrue();
        assertThat(commit(next, List.of(), change("key", 0, "1")).done()).as("it was closed so before").isTrue();
        assertThat(store().turns().append(next, List.of(text(next, 1)))).isFalse();
        assertThat(state(session, "key")).isEqualTo(Versioned.NEVER);
    }

    @Test
    default void a_claim_that_lapsed_but_was_not_taken_over_still_holds() {
        SessionId session = session();
        accept(session, "m1");
        Claim claim = claim(session);
        time().pass(LEASE.multipliedBy(2));
        assertThat(store().turns().append(claim, List.of(text(claim, 0)))).isTrue();
        assertThat(commit(claim, List.of(), Changes.NONE).done()).isTrue();
    }

    @Test
    default void renewing_extends_the_leases_of_that_node_only() {
        SessionId mine = session();
        SessionId others = session();
        accept(mine, "m1");
        accept(others, "m1");
        assertThat(tryClaim(mine, NODE)).isPresent();
        assertThat(tryClaim(others, OTHER_NODE)).isPresent();

        time().pass(LEASE.minusNanos(1));
        store().turns().renew(NODE, LEASE);
        time().pass(LEASE.minusNanos(1));

        assertThat(store().turns().waiting()).containsExactly(others);
        time().pass(Duration.ofNanos(1));
        assertThat(store().turns().waiting()).containsExactlyInAnyOrder(mine, others);
    }

    @Test
    default void a_session_waits_while_a_turn_of_it_waits() {
        SessionId session = session();
        assertThat(store().turns().waiting()).isEmpty();
        accept(session, "m1");
        assertThat(store().turns().waiting()).containsExactly(session);
        Claim claim = claim(session);
        assertThat(store().turns().waiting()).isEmpty();
        commit(claim);
        assertThat(store().turns().waiting()).isEmpty();
    }
}
