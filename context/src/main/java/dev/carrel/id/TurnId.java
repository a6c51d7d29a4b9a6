package dev.carrel.id;

import java.util.Optional;

import dev.carrel.context.Boundary;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Crossing;
import dev.carrel.context.Kind;

/** Names a turn: one message and all that it causes. Minted by the server when it takes the message. */
public record TurnId(String text) {
    /** The turn that is running. Bound by its lane; ends when the turn closes. */
    public static final ContextKey<TurnId> KEY = ContextKey.<TurnId>builder("turn-id", Kind.TURN).loggable()
            .crossing(Boundary.DETACHED, Crossing.share()).remote(TurnId::text, TurnId::new).build();

    /**
     * With this text.
     *
     * @throws IllegalArgumentException if it does not have the shape of one
     */
    public TurnId {
        RandomId.require(text, "a turn id");
    }

    /** A new one, from a secure random source. */
    public static TurnId random() {
        return new TurnId(RandomId.next());
    }

    /** Reads one that came from outside; empty if it does not have the shape of one. */
    public static Optional<TurnId> parse(String text) {
        return RandomId.wellFormed(text) ? Optional.of(new TurnId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
