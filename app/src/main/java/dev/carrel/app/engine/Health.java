package dev.carrel.app.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.error.UnavailableException;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/** Whether the node can serve, and why not. The store is asked now and then, however often this is. Thread-safe. */
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    /** How long an answer of the store counts. */
    static final Duration FRESH = Duration.ofSeconds(2);

    private final Store store;
    private final TimeSource time;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable String disagreement;
    private volatile @Nullable String outage;
    private volatile boolean stopping;
    private volatile long asked;

    Health(Store store, TimeSource time) {
        this.store = store;
        this.time = time;
        this.asked = time.nanoTime() - FRESH.toNanos();
    }

    /** It never will, for this reason. */
    void disagrees(String why) {
        disagreement = why;
        LOG.error("this node serves nobody: {}", why);
    }

    boolean disagrees() {
        return disagreement != null;
    }

    void stops() {
        stopping = true;
    }

    /** For whatever begins something new; does not ask the store, which says so itself. */
    void requireServing() {
        if (stopping) {
            throw new UnavailableException("The server is stopping.");
        }
        if (disagreement != null) {
            throw new UnavailableException("This server is not ready.");
        }
    }

    /** Why the node cannot serve, for the operator; empty if it can. */
    Optional<String> trouble() {
        if (stopping) {
            return Optional.of("The node is stopping.");
        }
        String keys = disagreement;
        if (keys != null) {
            return Optional.of(keys);
        }
        if (time.nanoTime() - asked >= FRESH.toNanos() && asking.tryLock()) {
            try {
                outage = ask();
                asked = time.nanoTime();
            } finally {
                asking.unlock();
            }
        }
        return Optional.ofNullable(outage);
    }

    private @Nullable String ask() {
        try {
            store.check();
            return null;
        } catch (RuntimeException e) {
            LOG.warn("the store cannot do its work", e);
            return "The store cannot do its work: " + e.getMessage();
        }
    }
}
