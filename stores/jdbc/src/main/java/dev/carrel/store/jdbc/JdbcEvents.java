package dev.carrel.store.jdbc;

import java.util.List;
import java.util.Optional;

import dev.carrel.id.SessionId;
import dev.carrel.session.EventId;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.EventHub;
import dev.carrel.session.store.EventLog;

/** The event logs. */
record JdbcEvents(Database database, EventHub hub) implements EventLog {
    @Override
    public Optional<Range> range(SessionId session) {
        return database.read(
                sql -> sql.first("SELECT epoch, first, head FROM session WHERE id = ? AND ending IS NULL",
                        row -> new Range(row.text(1), row.number(2), row.number(3)), session.text()));
    }

    @Override
    public List<StoredEvent> read(SessionId session, long after, int max) {
        return database.read(sql -> sql.list("""
                SELECT epoch, number, kind, version, json FROM session JOIN event ON event.session = session.n
                WHERE session.id = ? AND ending IS NULL AND number > ? ORDER BY number LIMIT ?""",
                row -> new StoredEvent(new EventId(row.text(1), row.number(2)), row.text(3), row.integer(4),
                        row.text(5)),
                session.text(), after, max));
    }

    @Override
    public Subscription subscribe(SessionId session, Listener listener) {
        return hub.subscribe(session, listener);
    }
}
