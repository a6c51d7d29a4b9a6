package dev.carrel.app.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.app.SessionLimits;
import dev.carrel.error.CarrelException;
import dev.carrel.id.NodeId;
import dev.carrel.session.EndReason;
import dev.carrel.session.store.LeaseStore;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/**
 * Looks after what nobody asks for any more, now and then: this node's idle sessions, and, on one node of all at a time, sessions
 * whose time is over, ends that a dead node did not bring to their end, and what the store may forget. Each round is bounded;
 * what is left waits for the next. Thread-safe.
 */
final class Housekeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);
    static final Duration ROUND = Duration.ofSeconds(30);
    /** After so long, whoever began to end a session must have died. */
    static final Duration DEAD = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int BATCH = 100;
    private static final int BATCHES = 10;
    /** How many sessions are told their end at once. */
    private static final int AT_ONCE = 16;

    private final Store store;
    private final TimeSource time;
    private final String node = NodeId.random().text();
    private final SessionLimits limits;
    private final LifeCycle life;
    private final LocalSessions here;
    private boolean stopped;
    private TimeSource.Timer next = () -> {};
    private @Nullable Thread rounding;
    private volatile LeaseStore.@Nullable Lease lease;

    Housekeeper(Store store, TimeSource time, SessionLimits limits, LifeCycle life, LocalSessions here) {
        this.store = store;
        this.time = time;
        this.limits = limits;
        this.life = life;
        this.here = here;
    }

    /** Begins, after a moment. */
    synchronized void start() {
        if (!stopped) {
            // Uneven, so that nodes which start together do not all come at once.
            long uneven = ThreadLocalRandom.current().nextLong(ROUND.toMillis() / 2, ROUND.toMillis());
            next = time.after(Duration.ofMillis(uneven), this::begin);
        }
    }

    private synchronized void begin() {
        if (!stopped) {
            rounding = Thread.ofVirtual().name("housekeeper").inheritInheritableThreadLocals(false).start(this::round);
        }
    }

    private synchronized boolean stopped() {
        return stopped;
    }

    private void round() {
        try {
            here.sweep();
            if (ours()) {
                endDue();
                resume();
                sweep();
            }
        } catch (CarrelException e) {
            LOG.warn("housekeeping waits for the store: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("housekeeping failed, and goes on in the next round", e);
        } finally {
            start();
        }
    }

    /** Whether it is this node's to do, which it stays while the node does it. */
    private boolean ours() {
        Optional<LeaseStore.Lease> mine = stopped()
                ? Optional.empty()
                : store.leases().acquire(LeaseStore.HOUSEKEEPING, node, ROUND.multipliedBy(3));
        lease = mine.orElse(null);
        return mine.isPresent();
    }

    private void endDue() {
        for (int batch = 0; batch < BATCHES && ours(); batch++) {
            Instant now = time.now();
            Instant idle = now.minus(limits.idle());
            Instant created = now.minus(limits.age());
            List<SessionRecord> due = store.sessions().due(idle, created, BATCH);
            atOnce(due, session -> {
                boolean old = session.created().isBefore(created);
                // Unless it has become active in the meantime, which makes no difference to its age.
                life.end(session, old ? EndReason.EXPIRED : EndReason.IDLE, old ? now : session.active());
            });
            if (due.size() < BATCH) {
                return;
            }
        }
    }

    private void resume() {
        if (ours()) {
            atOnce(store.sessions().ending(time.now().minus(DEAD), BATCH), life::resume);
        }
    }

    private void sweep() {
        for (int batch = 0; batch < BATCHES && ours(); batch++) {
            if (store.sweep() == 0) {
                return;
            }
        }
    }

    @FunctionalInterface
    private interface Chore<T> {
        void accept(T session);
    }

    /** Some of them side by side: a listener that takes its time holds up few others. */
    private static <T> void atOnce(List<T> sessions, Chore<T> chore) {
        var left = new ConcurrentLinkedQueue<>(sessions);
        var threads = new Thread[Math.min(AT_ONCE, sessions.size())];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.ofVirtual().name("housekeeper-", i).inheritInheritableThreadLocals(false)
                    .start(() -> {
                        for (T session = left.poll(); session != null; session = left.poll()) {
                            try {
                                chore.accept(session);
                            } catch (CarrelException e) {
                                LOG.warn("a session is ended later: {}", e.getMessage());
                            }
                        }
                    });
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Leaves it to others, when what it is at just now is done, or has taken a while. */
    void stop() {
        Thread busy;
        synchronized (this) {
            stopped = true;
            next.cancel();
            busy = rounding;
        }
        if (busy != null) {
            try {
                busy.join(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        LeaseStore.Lease mine = lease;
        if (mine != null) {
            try {
                store.leases().release(mine);
            } catch (CarrelException e) {
                LOG.debug("the lease of housekeeping lapses by itself", e);
            }
        }
    }
}
