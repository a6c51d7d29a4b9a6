package dev.carrel.store.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

import dev.carrel.session.store.Revocations;

/**
 * Withdrawn credentials: durable in the database, asked of memory. What another node withdraws is known here as soon as
 * this one is {@link #refresh told}.
 */
final class JdbcRevocations implements Revocations {
    /** Longer than a transaction lasts that wrote its time before it was committed. */
    private static final Duration LATE = Duration.ofMinutes(1);

    private final Database database;
    private final Publisher publisher;
    private final ConcurrentHashMap<String, Instant> revoked = new ConcurrentHashMap<>();

    private volatile long seen;

    /** Reads what there is. */
    JdbcRevocations(Database database, Publisher publisher) {
        this.database = database;
        this.publisher = publisher;
        refresh();
    }

    /** Reads what was withdrawn since this was last called. */
    void refresh() {
        long from = seen;
        database.read(sql -> {
            // Before reading: what is committed meanwhile is read next time, too.
            Instant now = sql.now();
            sql.list("SELECT credential, until FROM revoked WHERE at >= ? AND until >= ?",
                    row -> later(row.text(1), row.instant(2)), from, now);
            seen = Sql.nanos(now.minus(LATE));
            return true;
        });
    }

    private Instant later(String credential, Instant until) {
        return revoked.merge(credential, until, (a, b) -> a.isAfter(b) ? a : b);
    }

    @Override
    public void revoke(String credential, Instant until) {
        database.run(tx -> {
            Instant now = tx.now();
            tx.write("""
                    INSERT INTO revoked (credential, until, at) VALUES (?, ?, ?)
                    ON CONFLICT (credential) DO UPDATE SET at = excluded.at, until =
                    CASE WHEN revoked.until > excluded.until THEN revoked.until ELSE excluded.until END""",
                    credential, until, now);
            tx.afterCommit(() -> {
                later(credential, until);
                publisher.revoked();
            });
            return true;
        });
    }

    /** Forgets what has expired anyway, at most so much; how much it was. */
    int sweep(Instant now, int limit) {
        revoked.values().removeIf(now::isAfter);
        return database.run(tx -> tx.count("""
                DELETE FROM revoked WHERE credential IN (SELECT credential FROM revoked WHERE until < ? LIMIT ?%s)"""
                .formatted(tx.dialect().skipping()), now, limit));
    }

    @Override
    public boolean revoked(String credential) {
        return revoked.containsKey(credential);
    }
}
