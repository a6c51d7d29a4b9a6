package dev.carrel.web;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import dev.carrel.context.Cancellation;
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
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private record Key(Owner owner, String model, String id) {}

    private final ConcurrentHashMap<Key, Cancellation.Source> running = new ConcurrentHashMap<>();

    /** One that runs, until it is closed. */
    interface Call extends AutoCloseable {
        /** Asks for its stop. */
        Cancellation.Source stop();

        @Override
        void close();
    }

    /**
     * A call begins.
     *
     * @param id under which it can be stopped; without one it cannot
     * @throws InvalidInputException if that is no id
     * @throws ConflictException if a call of the caller's has it
     */
    Call begin(Principal caller, String model, Optional<String> id) {
        Cancellation.Source stop = Cancellation.source();
        if (id.isEmpty()) {
            return call(stop, stop::close);
        }
        if (!ID.matcher(id.get()).matches()) {
            throw InvalidInputException.field(HEADER, "must be 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        Key key = key(caller, model, id.get());
        if (running.putIfAbsent(key, stop) != null) {
            throw new ConflictException("A call of yours with this id runs already.");
        }
        return call(stop, () -> {
            running.remove(key);
            stop.close();
        });
    }

    private static Key key(Principal caller, String model, String id) {
        return new Key(Owner.of(caller), model, id);
    }

    private static Call call(Cancellation.Source stop, Runnable end) {
        return new Call() {
            @Override
            public Cancellation.Source stop() {
                return stop;
            }

            @Override
            public void close() {
                end.run();
            }
        };
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
