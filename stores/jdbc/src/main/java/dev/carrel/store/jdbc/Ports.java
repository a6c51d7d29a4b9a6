package dev.carrel.store.jdbc;

import dev.carrel.error.UnavailableException;
import dev.carrel.id.SessionId;
import dev.carrel.session.store.EventHub;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.SessionRecord;

/** What both stores do alike. */
record Ports(Database database, EventHub hub, Publisher publisher, Retention retention,
        JdbcRevocations revocations, DoubtfulClaims doubtful, Finder<SessionId, SessionRecord> byId,
        Finder<StateCell, StateCell.Held> cells) {
    Ports(Database database, EventHub hub, Publisher publisher, Retention retention) {
        this(database, hub, publisher, retention, new JdbcRevocations(database, publisher),
                new DoubtfulClaims(), database.finder(JdbcSessions::find), database.finder(StateCell::find));
    }

    JdbcSessions sessions() {
        return new JdbcSessions(database, publisher, retention, byId);
    }

    JdbcState state() {
        return new JdbcState(database, publisher, retention, cells);
    }

    JdbcTurns turns() {
        return new JdbcTurns(database, publisher, retention, doubtful);
    }

    JdbcEvents events() {
        return new JdbcEvents(database, hub);
    }

    JdbcLeases leases() {
        return new JdbcLeases(database);
    }

    int sweep() {
        return new Sweeper(database, publisher, retention, revocations).sweep();
    }

    /** Writes, and looks whether a newer program has changed the schema so that this one may no longer use it. */
    void check() {
        database.run(tx -> tx.count("UPDATE carrel_schema SET version = version"));
        int usableFrom = database
                .read(sql -> sql.first("SELECT usable_from FROM carrel_schema", row -> row.integer(1))).orElse(0);
        if (usableFrom > Schema.VERSION) {
            throw new UnavailableException("This server is older than its database, and must be updated.");
        }
    }
}
