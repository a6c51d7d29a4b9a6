package dev.carrel.app;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.context.Principal;
import dev.carrel.error.ConflictException;
import dev.carrel.error.OverloadedException;
import dev.carrel.id.NodeId;
import dev.carrel.session.store.LeaseStore;
import dev.carrel.time.TimeSource;

/**
 * Named leases: at most one piece of work at a time, over all nodes of the application, is inside the guard of a name. Names
 * are a tenant's own.
 *
 * {@snippet :
 * Leases.current().guard("course-42", Duration.ofSeconds(5), fence -> timetable.reserve("course-42", slot, fence));
 * }
 *
 * <p>The lease is kept while the work runs, and taken from a node that is dead or frozen. A node that was frozen does not know
 * that: what must be safe against it compares the fence, which grows with each lease of the name.
 *
 * <p>What a turn changes in {@code Session} and {@code State} is written when the turn commits, after the guard. So guard what
 * lies elsewhere; state that many change at once is changed by {@code State}'s operations, which need no guard.
 *
 * <p>Not reentrant: work inside a guard that asks for the same name waits for itself. Thread-safe.
 */
public final class Leases {
    static final Duration LEASE = Duration.ofSeconds(15);
    private static final int MAX_WAITING = 1_024;
    private static final int MAX_NAME = 128;
    /**
     * Those of the running application. Bound by the engine around handlers and functions; ends with that binding. What a
     * lease guards ends when its block does.
     */
    private static final ContextKey<Leases> KEY = ContextKey.of("leases", Kind.TENANT);

    private final LeaseStore store;
    private final TimeSource time;
    private final String node;
    private final ConcurrentHashMap<String, Gate> gates = new ConcurrentHashMap<>();
    private final Semaphore waiting = new Semaphore(MAX_WAITING);

    /** Work under a lease. */
    @FunctionalInterface
    public interface Guarded<R extends @Nullable Object, X extends Throwable> {
        /**
         * Does it.
         *
         * @param fence higher than that of every earlier lease of this name
         */
        R call(long fence) throws X;
    }

    private Leases(LeaseStore store, TimeSource time, String node) {
        this.store = store;
        this.time = time;
        this.node = node;
    }

    /** The leases of an application on one node. Whoever starts the application calls this. */
    public static Leases open(LeaseStore store, TimeSource time, NodeId node) {
        return new Leases(Objects.requireNonNull(store, "store"), Objects.requireNonNull(time, "time"), node.text());
    }

    /**
     * Those of the running application.
     *
     * @throws dev.carrel.error.MissingContextException outside of the application's handlers and of what they started
     */
    public static Leases current() {
        return Context.current().get(KEY);
    }

    /** The context in which {@link #current} finds these. */
    public Context bind(Context context) {
        return context.with(KEY, this);
    }

    /**
     * Does {@code body}, on this thread, while nobody else of the tenant is inside the guard of this name. If the lease is lost
     * meanwhile, because its store could not be reached for longer than a lease lasts, the work is cancelled and interrupted.
     *
     * @param name names what is guarded, within the running tenant; 1 to 128 characters
     * @param patience how long to wait for it
     * @return what {@code body} returns
     * @throws OverloadedException if others have it all that time, or too much waits on this node
     * @throws ConflictException if the lease was lost while the work ran, whatever the work came to
     * @throws dev.carrel.error.CancelledException if the running work is cancelled while it waits
     * @throws dev.carrel.error.MissingContextException if nobody is asking
     * @throws dev.carrel.error.UnavailableException if the store cannot be asked
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public <R extends @Nullable Object, X extends Throwable> R guard(String name, Duration patience,
            Guarded<R, X> body) throws X, InterruptedException {
        String whole = nameOf(Principal.current().tenant(), name);
        long until = time.nanoTime() + patience.toNanos();
        Gate gate = enter(whole, until);
        try {
            LeaseStore.Lease lease = gate.acquire(store, whole, node, until);
            return new Guard(store, time, lease).call(body);
        } finally {
            leave(whole, gate);
        }
    }

    /** With the tenant's length, so that no tenant and name together read as another tenant's. */
    private static String nameOf(String tenant, String name) {
        if (name.isBlank() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("what is guarded has a name of 1 to " + MAX_NAME + " characters, not \""
                    + name + "\"");
        }
        return "guard/" + tenant.length() + "/" + tenant + "/" + name;
    }

    /** One of a node asks the store at a time; the others wait here, in order. */
    private Gate enter(String name, long until) throws InterruptedException {
        if (!waiting.tryAcquire()) {
            throw busy();
        }
        Gate gate = Objects.requireNonNull(
                gates.compute(name, (same, there) -> (there == null ? new Gate(time) : there).joined()));
        boolean entered = false;
        try {
            entered = gate.enter(until);
        } finally {
            waiting.release();
            if (!entered) {
                gates.computeIfPresent(name, (same, there) -> there.left());
            }
        }
        if (!entered) {
            throw busy();
        }
        return gate;
    }

    private void leave(String name, Gate gate) {
        gate.leave();
        gates.computeIfPresent(name, (same, there) -> there.left());
    }

    static OverloadedException busy() {
        return new OverloadedException("Others are busy with the same thing.", Duration.ofSeconds(1));
    }
}
