package dev.carrel.app.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.error.CarrelException;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;
import dev.carrel.time.TimeSource;

/**
 * The lanes of this node. A lane is a virtual thread that lives while its session has turns to run: it claims one after
 * the other, each under the store's lease, and ends when the store has none. Thread-safe.
 */
final class Lanes {
    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);
    /** How many attempts a turn has, those that waited for their user when they were cut off not counted. */
    private static final int MAX_ATTEMPTS = 3;

    /** A lane that runs; {@code again} says that something came while it was about to end. */
    private static final class Lane {
        boolean again;
        volatile @Nullable TurnRun run;
    }

    private final Store store;
    private final TimeSource time;
    private final NodeId node = NodeId.random();
    private final Duration lease;
    private final Semaphore running;
    private final Runner runner;
    private final Set<String> restartable;
    private final ConcurrentHashMap<SessionId, Lane> lanes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<TurnId, TurnRun> turns = new ConcurrentHashMap<>();
    /** Asked to stop, and not found running here: it may be claimed just now. Forgotten after a while. */
    private final ConcurrentHashMap<TurnId, TurnStore.Stop> sought = new ConcurrentHashMap<>();
    private Set<TurnId> soughtBefore = Set.of();
    private volatile boolean stopped;
    private EventLog.@Nullable Subscription news;

    /** Runs a claimed turn to its end. */
    interface Runner {
        TurnRun prepare(Claim claim);

        void run(TurnRun run, Claim claim);
    }

    /**
     * @param lease how long a claim lasts unless renewed: what a dead node's sessions wait for
     * @param restartable the chats whose turns may start again
     */
    Lanes(Store store, TimeSource time, Duration lease, int maxRunning, Set<String> restartable, Runner runner) {
        this.store = store;
        this.time = time;
        this.lease = lease;
        this.running = new Semaphore(maxRunning, true);
        this.runner = runner;
        this.restartable = Set.copyOf(restartable);
    }

    /** Takes up what earlier nodes left, and keeps this node's leases. */
    void start() {
        store.turns().waiting().forEach(this::wake);
        news = store.turns().onStop(
                () -> Thread.ofVirtual().name("lanes-look").inheritInheritableThreadLocals(false).start(this::look));
        tick();
    }

    /** Stops what runs here and was asked to stop elsewhere. */
    private void look() {
        try {
            store.turns().stopping(node).forEach(this::stop);
        } catch (CarrelException e) {
            LOG.warn("it is not known which turns are to stop: {}", e.getMessage());
        }
    }

    private void tick() {
        time.after(lease.dividedBy(3), () -> {
            if (!stopped) {
                Thread.ofVirtual().name("lanes-tick").inheritInheritableThreadLocals(false).start(this::renew);
            }
        });
    }

    private void renew() {
        try {
            store.turns().renew(node, lease);
            store.turns().stopping(node).forEach(this::stop);
            store.turns().waiting().forEach(this::wake);
            soughtBefore.forEach(sought::remove);
            soughtBefore = Set.copyOf(sought.keySet());
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
                drain(session, lane);
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

    private void drain(SessionId session, Lane lane) {
        while (!stopped) {
            running.acquireUninterruptibly();
            try {
                Optional<Claim> claim = stopped
                        ? Optional.empty()
                        : store.turns().claim(session, node, lease, restartable, MAX_ATTEMPTS);
                if (claim.isEmpty()) {
                    return;
                }
                TurnRun run = runner.prepare(claim.get());
                TurnId turn = claim.get().turn().id();
                turns.put(turn, run);
                lane.run = run;
                TurnStore.Stop stop = sought.remove(turn);
                if (stop != null) {
                    run.stop(stop);
                }
                try {
                    runner.run(run, claim.get());
                } finally {
                    lane.run = null;
                    turns.remove(turn);
                }
            } finally {
                running.release();
            }
        }
    }

    /** Stops a turn that is marked to stop, if it runs here. */
    void stop(TurnStore.Stop stop) {
        // Noted first: a lane that has claimed the turn registers its run a moment later, and then looks here.
        sought.put(stop.turn(), stop);
        TurnRun run = turns.get(stop.turn());
        if (run != null) {
            sought.remove(stop.turn());
            run.stop(stop);
        }
    }

    /** Does this to what runs in the session here, if anything does. */
    void running(SessionId session, Consumer<TurnRun> action) {
        Lane lane = lanes.get(session);
        TurnRun run = lane == null ? null : lane.run;
        if (run != null) {
            action.accept(run);
        }
    }

    /** Claims nothing more. */
    void stop() {
        stopped = true;
        if (news != null) {
            news.close();
        }
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
