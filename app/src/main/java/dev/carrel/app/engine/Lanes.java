package dev.carrel.app.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.error.CarrelException;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/**
 * The lanes of this node. A lane is a virtual thread that lives while its session has turns to run: it claims one after
 * the other, each under the store's lease, and ends when the store has none. Thread-safe.
 */
final class Lanes {
    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);
    /** How long a claim lasts unless renewed: what a dead node's sessions wait for. */
    static final Duration LEASE = Duration.ofSeconds(15);
    private static final int CANCEL_TRIES = 1_000;
    private static final Duration TICK = LEASE.dividedBy(3);

    /** A lane that runs; {@code again} says that something came while it was about to end. */
    private static final class Lane {
        boolean again;
    }

    private final Store store;
    private final TimeSource time;
    private final NodeId node;
    private final Semaphore running;
    private final Runner runner;
    private final ConcurrentHashMap<SessionId, Lane> lanes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<TurnId, TurnRun> turns = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /** Runs a claimed turn to its end. */
    interface Runner {
        TurnRun prepare(Claim claim);

        void run(TurnRun run, Claim claim);
    }

    Lanes(Store store, TimeSource time, NodeId node, int maxRunning, Runner runner) {
        this.store = store;
        this.time = time;
        this.node = node;
        this.running = new Semaphore(maxRunning, true);
        this.runner = runner;
    }

    /** Takes up what earlier nodes left, and keeps this node's leases. */
    void start() {
        store.turns().waiting().forEach(this::wake);
        tick();
    }

    private void tick() {
        time.after(TICK, () -> {
            if (!stopped) {
                Thread.ofVirtual().name("lanes-tick").inheritInheritableThreadLocals(false).start(this::renew);
            }
        });
    }

    private void renew() {
        try {
            store.turns().renew(node, LEASE);
            store.turns().waiting().forEach(this::wake);
        } catch (CarrelException e) {
            LOG.warn("leases were not renewed: {}", e.getMessage());
        } finally {
            tick();
        }
    }

    /** Has the session's lane look for turns to run. */
    void wake(SessionId session) {
        if (stopped) {
            return;
        }
        lanes.compute(session, (id, lane) -> {
            if (lane != null) {
                lane.again = true;
                return lane;
            }
            var started = new Lane();
            Thread.ofVirtual().name("lane-" + id).inheritInheritableThreadLocals(false).start(() -> run(id, started));
            return started;
        });
    }

    private void run(SessionId session, Lane lane) {
        do {
            try {
                drain(session);
            } catch (Throwable e) {
                // The store holds the turn; the next tick takes it up again.
                LOG.error("lane {} broke off", session, e);
            }
        } while (lanes.compute(session, (id, same) -> {
            if (!lane.again || stopped) {
                return null;
            }
            lane.again = false;
            return lane;
        }) != null);
    }

    private void drain(SessionId session) {
        while (!stopped) {
            running.acquireUninterruptibly();
            try {
                Optional<Claim> claim = stopped ? Optional.empty() : store.turns().claim(session, node, LEASE);
                if (claim.isEmpty()) {
                    return;
                }
                TurnRun run = runner.prepare(claim.get());
                TurnId turn = claim.get().turn().id();
                turns.put(turn, run);
                try {
                    runner.run(run, claim.get());
                } finally {
                    turns.remove(turn);
                }
            } finally {
                running.release();
            }
        }
    }

    /** The turn's run, if it runs here. */
    Optional<TurnRun> find(TurnId turn) {
        return Optional.ofNullable(turns.get(turn));
    }

    /**
     * Stops a turn that has been claimed.
     *
     * @return where the turn stands
     */
    TurnStatus cancel(SessionId session, TurnId turn) {
        for (int i = 0;; i++) {
            TurnRun run = turns.get(turn);
            if (run != null) {
                run.cancel();
            }
            TurnStatus status = store.turns().find(session, turn).map(Turn::status).orElse(TurnStatus.CANCELLED);
            // A lane that has claimed the turn registers its run a moment later: the stop must not fall in between.
            if (run != null || status != TurnStatus.RUNNING || i == CANCEL_TRIES) {
                return status;
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return status;
            }
        }
    }

    /** Claims nothing more. */
    void stop() {
        stopped = true;
    }

    /** Does this to every turn that runs here. */
    void each(Consumer<TurnRun> action) {
        turns.values().forEach(action);
    }

    /** Whether nothing runs here any more. */
    boolean idle() {
        return lanes.isEmpty();
    }
}
