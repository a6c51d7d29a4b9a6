package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

import dev.carrel.session.store.Revocations;
import dev.carrel.time.TimeSource;

/** Withdrawn credentials: durable in the database, asked of memory. */
final class JdbcRevocations implements Revocations {
    private final Writer writer;
    private final TimeSource time;
    private final ConcurrentHashMap<String, Instant> revoked = new ConcurrentHashMap<>();

    /** Reads what there is. */
    JdbcRevocations(Writer writer, TimeSource time, Sql sql) throws SQLException {
        this.writer = writer;
        this.time = time;
        sql.list("SELECT credential, until FROM revoked WHERE until >= ?",
                row -> revoked.put(row.getString(1), Sql.instant(row.getLong(2))), time.now());
    }

    @Override
    public void revoke(String credential, Instant until) {
        Instant now = time.now();
        writer.run(tx -> {
            tx.write("DELETE FROM revoked WHERE until < ?", now);
            tx.write("""
                    INSERT INTO revoked (credential, until) VALUES (?, ?)
                    ON CONFLICT (credential) DO UPDATE SET until = max(until, excluded.until)""", credential, until);
            tx.afterCommit(() -> {
                revoked.values().removeIf(now::isAfter);
                revoked.merge(credential, until, (a, b) -> a.isAfter(b) ? a : b);
            });
            return true;
        });
    }

    @Override
    public boolean revoked(String credential) {
        return revoked.containsKey(credential);
    }
}
