package dev.carrel.store.jdbc;

import java.time.Instant;
import java.util.List;

import dev.carrel.id.SessionId;
import dev.carrel.session.store.Retention;

/** Removes what is past its time, some of it at each call. What another node is at is left to it. */
record Sweeper(Database database, Publisher publisher, Retention retention, JdbcRevocations revocations) {
    private static final int AT_ONCE = 500;
    private static final int LOGS = 50;

    /** How much was removed. */
    int sweep() {
        Instant now = database.read(Reading::now);
        return values(now) + logs(now) + stones(now) + revocations.sweep(now, AT_ONCE);
    }

    /** Their versions stay, so that nobody takes a later value for the one that they knew. */
    private int values(Instant now) {
        return database.run(tx -> tx.count("""
                UPDATE state SET json = NULL, type = '', codec = 0, until = NULL
                WHERE (place, name) IN (SELECT place, name FROM state WHERE until <= ? LIMIT ?%s)"""
                .formatted(tx.dialect().skipping()), now, AT_ONCE));
    }

    private int logs(Instant now) {
        Instant oldest = now.minus(retention.eventAge());
        List<SessionId> old = database.read(sql -> sql.list("""
                SELECT id FROM session WHERE oldest < ? AND running IS NULL AND ending IS NULL
                ORDER BY oldest LIMIT ?""",
                row -> new SessionId(row.text(1)), oldest, LOGS));
        int swept = 0;
        for (SessionId session : old) {
            swept += database.run(session, tx -> {
                Lane lane = Lane.find(tx, session).orElse(null);
                if (lane == null) {
                    return 0;
                }
                int dropped = LogTrim.trim(tx, lane, retention);
                lane.save(publisher);
                return dropped;
            });
        }
        return swept;
    }

    private int stones(Instant now) {
        return database.run(tx -> tx.count("""
                DELETE FROM ended WHERE id IN (SELECT id FROM ended WHERE at < ?
                AND NOT EXISTS (SELECT 1 FROM session WHERE session.id = ended.id) LIMIT ?%s)"""
                .formatted(tx.dialect().skipping()), now.minus(retention.ended()), AT_ONCE));
    }
}
