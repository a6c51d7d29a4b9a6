package dev.carrel.id;

import java.util.Optional;

import dev.carrel.context.Boundary;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Crossing;
import dev.carrel.context.Kind;

/** Names a request to this server; every response, error and log line of it carries the id. */
public record RequestId(String text) {
    /** The request that is being served. Bound by the edge; ends when the response is written. */
    public static final ContextKey<RequestId> KEY = ContextKey.<RequestId>builder("request-id", Kind.REQUEST).loggable()
            .crossing(Boundary.DETACHED, Crossing.share()).remote(RequestId::text, RequestId::new).build();

    /**
     * With this text.
     *
     * @throws IllegalArgumentException if it does not have the shape of one
     */
    public RequestId {
        RandomId.require(text, "a request id");
    }

    /** A new one, from a secure random source. */
    public static RequestId random() {
        return new RequestId(RandomId.next());
    }

    /** Reads one that came from outside; empty if it does not have the shape of one. */
    public static Optional<RequestId> parse(String text) {
        return RandomId.wellFormed(text) ? Optional.of(new RequestId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
