package dev.carrel.store.jdbc;

import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

import dev.carrel.session.store.Revocations;

/**
 * Withdrawn credentials: durable in the database, asked of memory. What another node withdraws is known here as soon as
 * this one is {@link #refresh told}.
 */
final class JdbcRevocations implements Revocations {
    private final Database database;
    private final Publisher publisher;
    private final ConcurrentHashMap<String, Instant> revoked = new ConcurrentHashMap<>();

    /** Reads what there is. */
    JdbcRevocations(Database database, Publisher publisher) {
        this.database = database;
        this.publisher = publisher;
        refresh();
    }

    /** Reads what there is by now. */
    void refresh() {
        database.read(sql -> sql.list("SELECT credential, until FROM revoked WHERE until >= ?",
                row -> later(row.text(1), row.instant(2)), sql.now()));
    }

    private Instant later(String credential, Instant until) {
        return revoked.merge(credential, until, (a, b) -> a.isAfter(b) ? a : b);
    }

    @Override
    public void revoke(String credential, Instant until) {
        database.run(tx -> {
            Instant now = tx.now();
            tx.write("DELETE FROM revoked WHERE until < ?", now);
            tx.write("""
                    INSERT INTO revoked (credential, until) VALUES (?, ?)
                    ON CONFLICT (credential) DO UPDATE SET until =
                    CASE WHEN revoked.until > excluded.until THEN revoked.until ELSE excluded.until END""",
                    credential, until);
            tx.afterCommit(() -> {
                revoked.values().removeIf(now::isAfter);
                later(credential, until);
                publisher.revoked();
            });
            return true;
        });
    }

    @Override
    public boolean revoked(String credential) {
        return revoked.containsKey(credential);
    }
}
