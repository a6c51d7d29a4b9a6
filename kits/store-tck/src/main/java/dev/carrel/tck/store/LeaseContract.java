package dev.carrel.tck.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;

import dev.carrel.session.store.LeaseStore.Lease;

import static org.assertj.core.api.Assertions.assertThat;

/** Named leases: one holder at a time, and a fence that only grows. */
public interface LeaseContract extends StoreSubject {
    @Test
    default void a_lease_has_one_holder_until_it_lapses() {
        Lease one = acquire("course-42", "one").orElseThrow();
        assertThat(one.name()).isEqualTo("course-42");
        assertThat(one.holder()).isEqualTo("one");
        assertThat(acquire("course-42", "two")).isEmpty();
        assertThat(acquire("course-43", "two")).isPresent();

        time().pass(LEASE.minusNanos(1));
        assertThat(acquire("course-42", "two")).isEmpty();
        time().pass(Duration.ofNanos(1));
        Lease two = acquire("course-42", "two").orElseThrow();

        assertThat(two.fence()).isGreaterThan(one.fence());
        assertThat(store().leases().renew(one, LEASE)).isFalse();
        store().leases().release(one);
        assertThat(acquire("course-42", "three")).isEmpty();
        assertThat(store().leases().renew(two, LEASE)).isTrue();
    }

    @Test
    default void renewing_extends_it_also_after_it_lapsed_if_nobody_came() {
        Lease one = acquire("course-42", "one").orElseThrow();
        time().pass(LEASE.minusNanos(1));
        assertThat(store().leases().renew(one, LEASE)).isTrue();
        time().pass(LEASE.minusNanos(1));
        assertThat(acquire("course-42", "two")).isEmpty();
        time().pass(LEASE);
        assertThat(store().leases().renew(one, LEASE)).isTrue();
        assertThat(acquire("course-42", "two")).isEmpty();
    }

    @Test
    default void renewing_does_not_shorten_what_another_has_acquired() {
        Lease one = acquire("course-42", "one").orElseThrow();
        time().pass(LEASE);
        Lease two = acquire("course-42", "two").orElseThrow();
        assertThat(store().leases().renew(one, Duration.ofNanos(1))).isFalse();
        assertThat(store().leases().renew(new Lease("course-42", "two", one.fence()), Duration.ofNanos(1))).isFalse();
        assertThat(store().leases().renew(new Lease("course-42", "one", two.fence()), Duration.ofNanos(1))).isFalse();
        assertThat(store().leases().renew(new Lease("course-43", "two", two.fence()), LEASE)).isFalse();
        time().pass(LEASE.minusNanos(1));
        assertThat(acquire("course-42", "three")).isEmpty();
    }

    @Test
    default void what_is_given_back_is_free_at_once_and_is_not_renewed() {
        Lease one = acquire("course-42", "one").orElseThrow();
        store().leases().release(one);
        assertThat(store().leases().renew(one, LEASE)).isFalse();
        Lease two = acquire("course-42", "two").orElseThrow();
        assertThat(two.fence()).isGreaterThan(one.fence());
        store().leases().release(one);
        store().leases().release(new Lease("course-42", "two", one.fence()));
        store().leases().release(new Lease("course-42", "one", two.fence()));
        assertThat(acquire("course-42", "three")).isEmpty();
        store().leases().release(two);
        assertThat(acquire("course-42", "three")).isPresent();
    }

    @Test
    default void its_holder_may_acquire_it_again_under_a_new_fence() {
        Lease one = acquire("course-42", "one").orElseThrow();
        Lease again = acquire("course-42", "one").orElseThrow();
        assertThat(again.fence()).isGreaterThan(one.fence());
        assertThat(store().leases().renew(one, LEASE)).isFalse();
        store().leases().release(one);
        assertThat(acquire("course-42", "two")).isEmpty();
    }

    @Test
    default void a_fence_never_comes_twice_however_many_want_it() {
        Set<Long> fences = ConcurrentHashMap.newKeySet();
        List<Lease> inside = Collections.synchronizedList(new ArrayList<>());
        List<Long> order = Collections.synchronizedList(new ArrayList<>());
        Together.run(16, me -> {
            for (int got = 0; got < 4;) {
                Optional<Lease> lease = acquire("course-42", "holder " + me);
                if (lease.isPresent()) {
                    try {
                        inside.add(lease.get());
                        assertThat(inside).hasSize(1);
                        assertThat(fences.add(lease.get().fence())).as("%s", lease).isTrue();
                        order.add(lease.get().fence());
                        inside.remove(lease.get());
                    } finally {
                        store().leases().release(lease.get());
                    }
                    got++;
                }
            }
        });
        assertThat(fences).hasSize(64);
        assertThat(order).isSorted();
    }

    @Test
    default void of_many_that_come_when_it_lapses_one_gets_it() {
        acquire("course-42", "holder");
        for (int round = 0; round < 5; round++) {
            time().pass(LEASE);
            Set<String> got = ConcurrentHashMap.newKeySet();
            Together.run(16, me -> acquire("course-42", "holder " + me).ifPresent(it -> got.add(it.holder())));
            assertThat(got).hasSize(1);
        }
    }

    @Test
    default void hostile_names_and_holders_are_apart() {
        for (String name : hostile()) {
            Lease lease = acquire(name, name).orElseThrow();
            assertThat(lease).isEqualTo(new Lease(name, name, lease.fence()));
            assertThat(acquire(name, name + "x")).isEmpty();
            assertThat(store().leases().renew(lease, LEASE)).isTrue();
        }
        assertThat(acquire("A", "one")).isPresent();
        assertThat(acquire("a", "two")).isPresent();
        assertThat(acquire("a ", "three")).isPresent();
        assertThat(acquire("", "four")).isPresent();
    }

    private Optional<Lease> acquire(String name, String holder) {
        return store().leases().acquire(name, holder, LEASE);
    }
}
