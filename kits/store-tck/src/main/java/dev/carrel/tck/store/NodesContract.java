package dev.carrel.tck.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.LeaseStore;
import dev.carrel.session.store.Place;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * For stores that several nodes share: each has a clock of its own, one of which is half a minute wrong, and they agree about
 * leases all the same. A store that one process has to itself has no part in it.
 */
public interface NodesContract extends StateSubject {
    /**
     * The same data as another node sees it, at the same time; the same one throughout a test. The nodes' clocks are set apart by
     * the tests, so the store must not go by either of them where leases are concerned.
     */
    StoreSubject other();

    /** By how much the other's clock is wrong. */
    Duration SKEW = Duration.ofSeconds(30);

    /** The two, and then the other way round: one clock is ahead, and one is behind. */
    private List<StoreSubject> nodes(boolean first) {
        return first ? List.of(this, other()) : List.of(other(), this);
    }

    private void bothWays(BiConsumer<StoreSubject, StoreSubject> test) {
        other().time().jump(SKEW);
        for (boolean first : List.of(true, false)) {
            List<StoreSubject> nodes = nodes(first);
            test.accept(nodes.getFirst(), nodes.getLast());
        }
    }

    @Test
    default void a_lane_belongs_to_one_node_whatever_time_the_other_believes_it_is() {
        bothWays((one, two) -> {
            SessionId session = one.session();
            two.accept(session, "m1");
            Claim claim = one.tryClaim(session, NODE).orElseThrow();
            assertThat(two.tryClaim(session, OTHER_NODE)).isEmpty();
            assertThat(two.store().turns().waiting()).isEmpty();
            two.store().turns().renew(OTHER_NODE, LEASE);
            assertThat(one.store().turns().append(claim, List.of(text(claim, 0)))).isTrue();
            one.commit(claim);
            two.accept(session, "m2");
            two.commit(two.claim(session));
            assertThat(two.kinds(session)).isEqualTo(one.kinds(session)).containsExactly("message", "started", "text",
                    "committed", "message", "started", "text", "committed");
        });
    }

    @Test
    default void a_lapsed_lane_is_taken_over_and_the_old_node_writes_nothing_more() {
        bothWays((one, two) -> {
            SessionId session = one.session();
            one.accept(session, "m1");
            Claim old = one.store().turns().claim(session, NODE, Duration.ofMillis(1), Set.of("tutor"), 3)
                    .orElseThrow();
            Optional<Claim> taken = Optional.empty();
            for (long end = System.nanoTime() + LEASE.toNanos(); taken.isEmpty() && System.nanoTime() < end;) {
                taken = two.store().turns().claim(session, OTHER_NODE, LEASE, Set.of("tutor"), 3);
            }
            Claim late = taken.orElseThrow();
            assertThat(late.fence()).isGreaterThan(old.fence());
            assertThat(one.store().turns().append(old, List.of(text(old, 0)))).isFalse();
            assertThat(one.commit(old, List.of(), change("key", 0, "1")).lost()).isTrue();
            assertThat(two.state(session, "key").version()).isZero();
            two.commit(late);
        });
    }

    @Test
    default void a_named_lease_is_held_by_one_node_whatever_time_the_other_believes_it_is() {
        bothWays((one, two) -> {
            LeaseStore.Lease held = one.store().leases().acquire("course", "one", LEASE).orElseThrow();
            assertThat(two.store().leases().acquire("course", "two", LEASE)).isEmpty();
            assertThat(one.store().leases().renew(held, LEASE)).isTrue();
            one.store().leases().release(held);
            LeaseStore.Lease next = two.store().leases().acquire("course", "two", LEASE).orElseThrow();
            assertThat(next.fence()).isGreaterThan(held.fence());
            assertThat(one.store().leases().renew(held, LEASE)).isFalse();
            two.store().leases().release(next);
        });
    }

    @Test
    default void a_value_lives_as_long_as_it_should_whichever_node_asks() {
        bothWays((one, two) -> {
            SessionId session = one.session();
            var place = new Place.OfSession(session);
            var put = new Changes.PutIfAbsent(place, "short", value("1"), Duration.ofSeconds(20));
            one.write(session, new Changes(List.of(), List.of(put)));
            assertThat(two.store().state().read(place, "short").value()).isEqualTo(value("1"));
            assertThat(two.store().sweep()).isNotNegative();
            assertThat(one.store().state().read(place, "short").value()).isEqualTo(value("1"));
        });
    }
}
