package dev.carrel.web;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.error.ConflictException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.NotFoundException;
import dev.carrel.session.Owner;

/**
 * The calls of models that run on this node and can be stopped by their callers, under ids that those have chosen: a server hears
 * nothing of a client that leaves while it waits for a plain answer. An id is its caller's own: another's of the same text is
 * another. Thread-safe.
 */
final class RunningCalls {
    /** In which header a caller says how it will call its call. */
    static final String HEADER = "Carrel-Call";
    /** What such a name may be. */
    static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private record Key(Owner owner, String model, String id) {}

    private final ConcurrentHashMap<Key, Cancellation.Source> running = new ConcurrentHashMap<>();

    /**
     * Runs a call in a context that its caller can cancel by {@link #stop}, if the request has an id for it.
     *
     * @throws InvalidInputException if that is no id
     * @throws ConflictException if a call of the caller's has it
     */
    <T extends @Nullable Object, E extends Exception> T run(Exchange exchange, String model,
            ScopedValue.CallableOp<T, E> call) throws E {
        Optional<Key> key = Optional.ofNullable(exchange.request().getHeader(HEADER))
                .map(id -> key(exchange.principal(), model, checked(id)));
        if (key.isEmpty()) {
            return call.call();
        }
        Cancellation.Source stop = Cancellation.source();
        if (running.putIfAbsent(key.get(), stop) != null) {
            throw new ConflictException("A call of yours with this id runs already.");
        }
        try {
            return stop.bind(Context.current()).call(call);
        } finally {
            running.remove(key.get());
            stop.close();
        }
    }

    private static String checked(String id) {
        if (!ID.matcher(id).matches()) {
            throw InvalidInputException.field(HEADER, "must be 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        return id;
    }

    private static Key key(Principal caller, String model, String id) {
        return new Key(Owner.of(caller), model, id);
    }

    /**
     * Stops a call of this caller's.
     *
     * @throws NotFoundException if none of that id runs here
     */
    void stop(Principal caller, String model, String id) {
        Cancellation.Source stop = running.get(key(caller, model, id));
        if (stop == null) {
            throw new NotFoundException("No call of yours with this id runs here.");
        }
        stop.cancel("The call was stopped by its caller.");
    }
}
