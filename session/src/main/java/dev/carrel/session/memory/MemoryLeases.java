package dev.carrel.session.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import dev.carrel.session.store.LeaseStore;
import dev.carrel.time.TimeSource;

/** The leases of a {@link MemoryStore}. Thread-safe. */
final class MemoryLeases implements LeaseStore {
    /** A lease as it stands; one that was given back keeps its fence. */
    private record Held(Lease lease, Instant until, boolean released) {
        boolean is(Lease other) {
            return !released && lease.equals(other);
        }
    }

    private final TimeSource time;
    private final ConcurrentHashMap<String, Held> held = new ConcurrentHashMap<>();

    MemoryLeases(TimeSource time) {
        this.time = time;
    }

    @Override
    public Optional<Lease> acquire(String name, String holder, Duration duration) {
        Instant now = time.now();
        Held after = Objects.requireNonNull(held.compute(name, (same, old) -> {
            boolean taken = old != null && !old.released && now.isBefore(old.until);
            if (old != null && taken && !old.lease.holder().equals(holder)) {
                return old;
            }
            var lease = new Lease(name, holder, old == null ? 1 : old.lease.fence() + 1);
            return new Held(lease, now.plus(duration), false);
        }));
        return Optional.of(after.lease).filter(lease -> lease.holder().equals(holder));
    }

    @Override
    public boolean renew(Lease lease, Duration duration) {
        Instant until = time.now().plus(duration);
        Held now = held.computeIfPresent(lease.name(),
                (same, old) -> old.is(lease) ? new Held(lease, until, false) : old);
        return now != null && now.is(lease);
    }

    @Override
    public void release(Lease lease) {
        held.computeIfPresent(lease.name(),
                (same, old) -> old.is(lease) ? new Held(lease, old.until, true) : old);
    }
}
