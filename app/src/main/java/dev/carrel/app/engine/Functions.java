package dev.carrel.app.engine;

import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.FunctionHandler;
import dev.carrel.app.JsonInput;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.error.CarrelException;
import dev.carrel.error.FailedException;
import dev.carrel.error.NotFoundException;
import dev.carrel.error.UnavailableException;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Owner;
import dev.carrel.session.Work;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/** Calls an application's functions, each on its caller's thread, beside the session's lane. Thread-safe. */
final class Functions {
    private final Map<String, FunctionHandler> functions;
    private final Store store;
    private final TimeSource time;
    private final Surroundings surroundings;
    private final LocalSessions here;
    private final StateWrite state;

    Functions(Map<String, FunctionHandler> functions, Store store, StateWrite state, TimeSource time,
            Surroundings surroundings, LocalSessions here) {
        this.functions = functions;
        this.store = store;
        this.time = time;
        this.surroundings = surroundings;
        this.here = here;
        this.state = state;
    }

    /** What it returned, as JSON; empty if nothing. */
    Optional<String> call(OwnedSession session, String name, JsonInput input) {
        FunctionHandler function = functions.get(name);
        if (function == null) {
            throw new NotFoundException("There is no such function.");
        }
        if (!Principal.current().equals(session.principal())) {
            throw new IllegalStateException("a function runs for the session's owner, " + session.principal()
                    + ", but the running context is that of " + Principal.current());
        }
        Owner owner = Owner.of(session.principal());
        LocalSession local = here.enter(session.id(), owner);
        try {
            var work = new Work(store, time, session.id(), owner, local);
            Context context = local.bind(work.bind(surroundings.bind(Context.current())));
            // Written out before anything is stored: a result that cannot be sent must not have changed the state.
            Optional<String> result = context
                    .call(() -> Optional.ofNullable(invoke(name, function, input)).map(JsonInput::write));
            state.write(session.id(), owner, "function:" + name, work);
            return result;
        } finally {
            local.leave();
        }
    }

    private static @Nullable Object invoke(String name, FunctionHandler function, JsonInput input) {
        try {
            return function.call(input);
        } catch (CarrelException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("The server is stopping.");
        } catch (Exception e) {
            throw new FailedException("The function \"" + name + "\" failed.", e);
        }
    }
}
