package dev.carrel.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

import dev.carrel.error.UnavailableException;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.LeaseStore;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Revocations;
import dev.carrel.session.store.SessionStore;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;
import dev.carrel.time.TimeSource;

/** A memory store that a test can put out of order, or do something with just before one of its operations begins. */
final class StagedStore implements Store {
    private final MemoryStore store;
    volatile boolean down;
    /** Whether what it is asked is done, although it says that it cannot: its answer gets lost. */
    volatile boolean doneAll;
    /** Is told the name of each operation before it begins. */
    volatile Consumer<String> before = operation -> {};

    StagedStore(Retention retention) {
        store = new MemoryStore(TimeSource.system(), retention);
    }

    StagedStore() {
        this(Retention.DEFAULT);
    }

    /** The store without any of this. */
    Store plain() {
        return store;
    }

    /** Has this done once, just before that operation. */
    void once(String operation, Runnable action) {
        before = begun -> {
            if (begun.equals(operation)) {
                before = other -> {};
                action.run();
            }
        };
    }

    private <P> P port(Class<P> type, P port) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (proxy, method, given) -> {
            before.accept(method.getName());
            boolean broken = down;
            // A subscription is to the node's own memory, and to be told of nothing is no failure.
            if (broken && !doneAll && !method.getName().equals("subscribe") && !method.getName().equals("onStop")) {
                throw new UnavailableException("The store is out of order.");
            }
            Object result;
            try {
                result = method.invoke(port, given);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
            if (broken && doneAll) {
                throw new UnavailableException("The store is out of order.");
            }
            return result;
        }));
    }

    @Override
    public SessionStore sessions() {
        return port(SessionStore.class, store.sessions());
    }

    @Override
    public StateStore state() {
        return port(StateStore.class, store.state());
    }

    @Override
    public TurnStore turns() {
        return port(TurnStore.class, store.turns());
    }

    @Override
    public EventLog events() {
        return port(EventLog.class, store.events());
    }

    @Override
    public LeaseStore leases() {
        return port(LeaseStore.class, store.leases());
    }

    @Override
    public Revocations revocations() {
        return port(Revocations.class, store.revocations());
    }

    @Override
    public int sweep() {
        return store.sweep();
    }

    @Override
    public void check() {
        if (down) {
            throw new UnavailableException("The store is out of order.");
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
