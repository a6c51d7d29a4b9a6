package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.Scope;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Retention;

/**
 * Changes in a session, for its owner; comes to the keys that are not at the version that was expected.
 *
 * @param by what writes, for the session's history
 * @param rides whether they are of nothing but values of the session, and not large
 */
record StateWrite(SessionId id, Owner owner, String by, Changes changes, Publisher publisher, Retention retention,
        boolean rides) implements Rider<Set<String>> {
    /** Characters that may be brought to a ride, for the sake of the others that wait for it. */
    private static final int LENGTH = 65_536;
    private static final int KEYS = 32;

    static StateWrite of(SessionId id, Owner owner, String by, Changes changes, Publisher publisher,
            Retention retention) {
        return new StateWrite(id, owner, by, changes, publisher, retention, fits(changes));
    }

    private static boolean fits(Changes changes) {
        int length = 0;
        for (Changes.Put put : changes.puts()) {
            length += length(put.value());
        }
        for (Changes.Operation operation : changes.operations()) {
            if (operation.place().scope() != Scope.SESSION || Effect.ofList(operation)) {
                return false;
            }
            length += switch (operation) {
                case Changes.PutIfAbsent it -> length(it.value());
                case Changes.Merge it -> length(it.initial()) + it.patch().length();
                default -> 0;
            };
        }
        return length <= LENGTH && changes.puts().size() + changes.operations().size() <= KEYS;
    }

    private static int length(@Nullable Encoded value) {
        return value == null ? 0 : value.json().length();
    }

    @Override
    public String session() {
        return id.text();
    }

    @Override
    public Set<String> keys() {
        return Effect.keys(changes.puts(), changes.operations());
    }

    @Override
    public Set<String> run(Tx tx) throws SQLException {
        Lane lane = Lane.find(tx, id).filter(it -> it.isOf(owner)).orElseThrow(JdbcSessions::unknown);
        changes.requireOf(id, owner);
        Writing writing = Writing.prepare(tx, lane, changes);
        if (writing.conflicts().isEmpty()) {
            writing.write(by, retention);
            lane.save(publisher);
        }
        return writing.conflicts();
    }

    @Override
    public Set<String> run(Seat seat) {
        if (!seat.owner.equals(owner)) {
            throw JdbcSessions.unknown();
        }
        changes.requireOf(id, owner);
        Effect effect = Effect.of(changes.puts(), changes.operations(), seat.found(), seat.now);
        if (effect.conflicts().isEmpty()) {
            seat.write(by, effect.values(), retention.changes());
        }
        return effect.conflicts();
    }
}
