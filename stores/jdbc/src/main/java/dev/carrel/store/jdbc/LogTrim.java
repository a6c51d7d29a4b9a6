package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.List;

import dev.carrel.session.store.Retention;

/** Drops events that are more, or older, than may be kept. */
final class LogTrim {
    private static final int AT_ONCE = 1000;

    private LogTrim() {}

    private record Kept(long number, int length, long at) {}

    /** Drops what is too much of the lane's log, but nothing of the attempt that runs; how many events. */
    static int trim(Tx tx, Lane lane, Retention retention) throws SQLException {
        long oldest = Sql.nanos(lane.now.minus(retention.eventAge()));
        // A little more than may be kept is kept, so that not every turn of a long session has to drop something.
        boolean over = kept(lane) > retention.events() + retention.events() / 20
                || lane.length > retention.eventLength() + retention.eventLength() / 20
                || (lane.oldest != null && lane.oldest < oldest);
        return over ? drop(tx, lane, retention, oldest) : 0;
    }

    private static long kept(Lane lane) {
        return lane.head - lane.first + 1;
    }

    private static int drop(Tx tx, Lane lane, Retention retention, long oldest) throws SQLException {
        long before = lane.first;
        boolean more = true;
        while (more) {
            List<Kept> log = tx.list("""
                    SELECT number, length(json), at FROM event WHERE session = ? AND number >= ?
                    ORDER BY number LIMIT ?""", row -> new Kept(row.number(1), row.integer(2), row.number(3)), lane.n,
                    lane.first, AT_ONCE);
            more = log.size() == AT_ONCE;
            lane.oldest = null;
            for (Kept event : log) {
                boolean over = kept(lane) > retention.events() || lane.length > retention.eventLength()
                        || event.at() < oldest;
                boolean needed = lane.running != null && event.number() >= lane.start;
                if (!over || needed) {
                    lane.oldest = event.at();
                    more = false;
                    break;
                }
                lane.first = event.number() + 1;
                lane.length -= event.length();
            }
        }
        tx.write("DELETE FROM event WHERE session = ? AND number < ?", lane.n, lane.first);
        return (int) (lane.first - before);
    }
}
