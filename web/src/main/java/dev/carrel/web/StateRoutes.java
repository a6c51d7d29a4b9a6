package dev.carrel.web;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonRawValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.app.engine.Engine;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.NotFoundException;
import dev.carrel.session.InspectedSession;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.StateStore;

/**
 * How a session's state came to be what it is, for its owner and for operators: the list of its writes, which holds no value,
 * and one value at a time. What an operator reads is logged. Thread-safe.
 */
final class StateRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(StateRoutes.class);
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");
    private static final int LISTED = 50;
    private static final int MAX_LISTED = 500;

    private record ChangeJson(String key, long version, String by, String at, boolean removed) {
        static ChangeJson of(StateStore.Change change) {
            return new ChangeJson(change.key(), change.version(), change.by(), change.at().toString(),
                    change.removed());
        }
    }

    private record Changes(List<ChangeJson> changes) {}

    private record ValueJson(String key, long version, @JsonRawValue String value) {}

    private final Engine engine;

    StateRoutes(Engine engine) {
        this.engine = engine;
    }

    /** The last writes of one's own session. */
    void history(Exchange exchange) throws Exception {
        OwnedSession session = exchange.session();
        List<StateStore.Change> changes = engine.history(session, limit(exchange));
        requireStillOwn(session);
        send(exchange, changes);
    }

    /** A value of one's own session. */
    void value(Exchange exchange) throws Exception {
        OwnedSession session = exchange.session();
        Optional<Encoded> value = engine.valueAt(session, exchange.variable("key"), version(exchange));
        requireStillOwn(session);
        send(exchange, value);
    }

    /** It may have been given away while this was read: what its new owner wrote is not for the old one. */
    private void requireStillOwn(OwnedSession session) {
        engine.sessions().open(session.principal(), session.id());
    }

    /** The last writes of a session, for an operator. */
    void inspectHistory(Exchange exchange) throws Exception {
        send(exchange, engine.history(exchange.inspected(), limit(exchange)));
    }

    /** A value of a session, for an operator. */
    void inspectValue(Exchange exchange) throws Exception {
        InspectedSession session = exchange.inspected();
        String key = exchange.variable("key");
        Optional<Encoded> value = engine.valueAt(session, key, version(exchange));
        if (value.isPresent()) {
            // Before it is sent: nobody reads unseen.
            LOG.info("operator {} reads \"{}\", version {}, of session {}", session.operator().user(), key,
                    version(exchange), session.id());
        }
        send(exchange, value);
    }

    private static void send(Exchange exchange, List<StateStore.Change> changes) throws Exception {
        exchange.json(200, new Changes(changes.stream().map(ChangeJson::of).toList()));
    }

    private static void send(Exchange exchange, Optional<Encoded> value) throws Exception {
        Encoded found = value.orElseThrow(StateRoutes::unknown);
        exchange.json(200, new ValueJson(exchange.variable("key"), version(exchange), found.json()));
    }

    private static long version(Exchange exchange) {
        String text = exchange.variable("version");
        if (!NUMBER.matcher(text).matches()) {
            throw unknown();
        }
        return Long.parseLong(text);
    }

    private static int limit(Exchange exchange) {
        String text = exchange.parameter("limit").orElse(Integer.toString(LISTED));
        long limit = NUMBER.matcher(text).matches() ? Long.parseLong(text) : 0;
        if (limit < 1 || limit > MAX_LISTED) {
            throw InvalidInputException.field("limit", "must be a number from 1 to " + MAX_LISTED);
        }
        return (int) limit;
    }

    private static NotFoundException unknown() {
        return new NotFoundException("The key holds no value of that version, or it is no longer known.");
    }
}
