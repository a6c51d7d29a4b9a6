package dev.carrel.store.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import dev.carrel.session.store.LeaseStore;

/** Named leases, on the store's clock. */
record JdbcLeases(Database database) implements LeaseStore {
    private static final String ACQUIRE = """
            INSERT INTO lease (name, holder, fence, until) VALUES (?, ?, 1, ?)
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = lease.fence + 1, until = excluded.until
            WHERE lease.holder IS NULL OR lease.holder = excluded.holder OR lease.until <= ?""";
    private static final String HELD = "WHERE name = ? AND holder = ? AND fence = ?";

    @Override
    public Optional<Lease> acquire(String name, String holder, Duration duration) {
        return database.run(name, tx -> {
            Instant now = tx.now();
            if (tx.count(ACQUIRE, name, holder, now.plus(duration), now) == 0) {
                return Optional.empty();
            }
            return tx.first("SELECT fence FROM lease WHERE name = ?", row -> new Lease(name, holder, row.number(1)),
                    name);
        });
    }

    @Override
    public boolean renew(Lease lease, Duration duration) {
        return database.run(lease.name(), tx -> tx.count("UPDATE lease SET until = ? " + HELD, tx.now().plus(duration),
                lease.name(), lease.holder(), lease.fence()) > 0);
    }

    @Override
    public void release(Lease lease) {
        database.run(lease.name(),
                tx -> tx.count("UPDATE lease SET holder = NULL " + HELD, lease.name(), lease.holder(), lease.fence()));
    }
}
