package dev.carrel.id;

import java.util.Optional;

import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

/** Names a session: one conversation of one principal. Minted by the server. */
public record SessionId(String text) {
    /**
     * The session that the running work belongs to. Bound where the session was opened for its owner; ends with that binding:
     * it is a name, which work that was detached before keeps after the session's end.
     */
    public static final ContextKey<SessionId> KEY = ContextKey.<SessionId>builder("session-id", Kind.SESSION).loggable()
            .remote(SessionId::text, SessionId::new).build();

    /**
     * With this text.
     *
     * @throws IllegalArgumentException if it does not have the shape of one
     */
    public SessionId {
        RandomId.require(text, "a session id");
    }

    /** A new one, from a secure random source. */
    public static SessionId random() {
        return new SessionId(RandomId.next());
    }

    /** Reads one that came from outside; empty if it does not have the shape of one. */
    public static Optional<SessionId> parse(String text) {
        return RandomId.wellFormed(text) ? Optional.of(new SessionId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
