package dev.carrel.context;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.CancelledException;
import dev.carrel.error.DeadlineException;
import dev.carrel.interrupt.Handshake;
import dev.carrel.time.TimeSource;

/**
 * Whether the running work is no longer wanted: its owner, or the owner of something around it, has asked it to stop, or
 * its {@link Deadline} has passed. This is the view: it cannot cancel; only whoever holds the {@link Source} can. Work that
 * blocks is also interrupted; work that computes should look here now and then. Thread-safe.
 */
public final class Cancellation {
    private static final ThreadFactory CLOCK = Thread.ofVirtual().name("carrel-deadline-", 0)
            .inheritInheritableThreadLocals(false).factory();
    /** How far up a new one looks for ended work; more tasks of a chain than that hardly run at once. */
    private static final int LEVELS = 64;
    static final Cancellation NEVER = new Cancellation(List.of(), null);

    /** How it came. */
    private record Stop(String reason, boolean late) {}

    /** Not a record: listeners are told apart as objects, whatever the actions' own {@code hashCode} says, or does later. */
    private static final class Listener implements Runnable {
        private final Runnable action;
        private final AtomicBoolean done = new AtomicBoolean();

        Listener(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            if (done.compareAndSet(false, true)) {
                action.run();
            }
        }
    }

    /** Those that may still come; fewer as time goes by. */
    private volatile List<Cancellation> parents;
    private final @Nullable Deadline deadline;
    private final Object lock = new Object();
    private volatile @Nullable Stop stop;
    /** Whether its owner will never ask. */
    private volatile boolean closed;
    private final Set<Listener> listeners = new LinkedHashSet<>();
    /**
     * What this one has asked of its parents and of the clock: only while anybody listens here, so that a child that is
     * forgotten is not held by its parent. Guarded, like the listeners, by the lock; asked for outside of it, since a
     * parent may answer at once.
     */
    private final List<Registration> upward = new ArrayList<>();
    private boolean attached;
    /** Whether the listeners were told; guarded by the lock. */
    private boolean told;

    private Cancellation(List<Cancellation> parents, @Nullable Deadline deadline) {
        this.parents = parents;
        this.deadline = deadline;
    }

    /** A new one, not asked for yet; the caller is its owner. */
    public static Source source() {
        return new Source();
    }

    /** That of the running work; one that never comes if nothing can cancel it. */
    public static Cancellation current() {
        return Context.current().cancellation();
    }

    /** One that also comes with {@code deadline}; the earlier one holds. */
    Cancellation until(Deadline deadline) {
        Objects.requireNonNull(deadline, "deadline");
        Cancellation now = settled();
        return new Cancellation(now == NEVER ? List.of() : List.of(now),
                now.deadline == null ? deadline : now.deadline.earlier(deadline));
    }

    /** One that comes with either of the two. */
    Cancellation or(Cancellation other) {
        Cancellation now = settled();
        if (now == NEVER || now == other) {
            return other;
        }
        return other == NEVER ? now : new Cancellation(List.of(now, other), earlier(now.deadline, other.deadline));
    }

    private Cancellation settled() {
        return settled(LEVELS);
    }

    /**
     * This without what never comes any more, so that work which starts the next, for ever, and ends itself, does not grow a
     * chain. Looks only some levels up: what is further away was looked at when it was nearer.
     */
    private Cancellation settled(int levels) {
        boolean over = closed; // before the stop: who is asked and then closes stays asked
        if (stop != null || levels == 0) {
            return this;
        }
        if (over) {
            return NEVER;
        }
        List<Cancellation> above = parents;
        List<Cancellation> living = new ArrayList<>(above.size());
        boolean changed = false;
        for (Cancellation parent : above) {
            Cancellation now = parent.settled(levels - 1);
            changed |= now != parent;
            if (now != NEVER) {
                living.add(now);
            }
        }
        if (changed) {
            parents = List.copyOf(living);
        }
        boolean nothingOfItsOwn = !above.isEmpty() && living.size() < 2
                && deadline == (living.isEmpty() ? null : living.getFirst().deadline);
        return !nothingOfItsOwn ? this : living.isEmpty() ? NEVER : living.getFirst();
    }

    private static @Nullable Deadline earlier(@Nullable Deadline one, @Nullable Deadline other) {
        return one == null || other == null ? (one == null ? other : one) : one.earlier(other);
    }

    Optional<Deadline> deadline() {
        return Optional.ofNullable(deadline);
    }

    /** Whether stopping was asked for. */
    public boolean requested() {
        return stop() != null;
    }

    /** Why, once it was asked for. */
    public Optional<String> reason() {
        return Optional.ofNullable(stop()).map(Stop::reason);
    }

    /** Whether it came because a deadline passed. */
    public boolean late() {
        Stop how = stop();
        return how != null && how.late;
    }

    /** What was found first is kept: an owner's stop does not become a late one when the deadline passes too. */
    private @Nullable Stop stop() {
        Stop how = stop;
        if (how == null) {
            Stop found = find();
            if (found != null) {
                synchronized (lock) {
                    how = keep(found);
                }
            }
        }
        return how;
    }

    private @Nullable Stop find() {
        for (Cancellation parent : parents) {
            Stop theirs = parent.stop();
            if (theirs != null) {
                return theirs;
            }
        }
        return deadline != null && deadline.passed() ? new Stop("The deadline has passed.", true) : null;
    }

    private Stop keep(Stop found) {
        Stop how = stop;
        if (how == null) {
            how = found;
            stop = found;
        }
        return how;
    }

    /**
     * Does nothing until stopping was asked for.
     *
     * @throws CancelledException from then on
     * @throws DeadlineException instead, if it was the deadline
     */
    public void throwIfRequested() {
        Stop how = stop();
        if (how != null) {
            throw how.late ? new DeadlineException(how.reason) : new CancelledException(how.reason);
        }
    }

    /**
     * Runs {@code action} once, in the context of this call, when stopping is asked for, or at once if it was. Keep it
     * short: it runs on the canceller's thread, or on one of the clock's. Close the result when the action is no longer needed:
     * until then it is held here.
     */
    public Registration onRequest(Runnable action) {
        Runnable bound = Context.current().wrap(action);
        Handshake work = Handshake.innermost();
        return listen(() -> work.<@Nullable Void, RuntimeException>resume(() -> {
            bound.run();
            return null;
        }));
    }

    private Registration listen(Runnable action) {
        if (this == NEVER) {
            return () -> {};
        }
        var listener = new Listener(action);
        boolean first = false;
        synchronized (lock) {
            if (!told) {
                listeners.add(listener);
                first = !attached;
                attached = true;
            }
        }
        if (first) {
            attach();
        }
        Stop how = stop();
        if (how != null) {
            fire(how);
            listener.run();
        }
        return () -> forget(listener);
    }

    private void attach() {
        List<Registration> asked = new ArrayList<>();
        boolean inherited = false;
        for (Cancellation parent : parents) {
            asked.add(parent.listen(this::follow));
            inherited |= parent.deadline == deadline;
        }
        if (deadline != null && !inherited) {
            // On a thread of its own: who listens may take its time, and the clock's thread serves everybody.
            TimeSource.Timer timer = deadline.whenPassed(() -> CLOCK.newThread(this::follow).start());
            asked.add(timer::cancel);
        }
        synchronized (lock) {
            if (!listeners.isEmpty()) {
                upward.addAll(asked);
                return;
            }
        }
        asked.forEach(Registration::close);
    }

    /** A parent or the clock says that it is time. */
    private void follow() {
        Stop how = stop();
        if (how != null) {
            fire(how);
        }
    }

    private void forget(Listener listener) {
        listener.done.set(true);
        List<Registration> asked = List.of();
        synchronized (lock) {
            listeners.remove(listener);
            if (listeners.isEmpty()) {
                asked = detach();
            }
        }
        asked.forEach(Registration::close);
    }

    private List<Registration> detach() {
        List<Registration> asked = List.copyOf(upward);
        upward.clear();
        attached = false;
        return asked;
    }

    private boolean fire(Stop how) {
        List<Runnable> toRun;
        List<Registration> asked;
        synchronized (lock) {
            if (told || closed) {
                return false;
            }
            told = true;
            keep(how);
            toRun = List.copyOf(listeners);
            listeners.clear();
            asked = detach();
        }
        asked.forEach(Registration::close);
        for (Runnable action : toRun) {
            try {
                action.run();
            } catch (RuntimeException | Error e) {
                // One that fails must not keep the others from being told, nor the canceller from going on.
                Thread thread = Thread.currentThread();
                Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
                if (handler != null) {
                    tell(handler, thread, e);
                }
            }
        }
        return true;
    }

    /** A handler that fails is ignored, as the JVM does, for the sake of the other actions. */
    private static void tell(Thread.UncaughtExceptionHandler handler, Thread thread, Throwable failure) {
        try {
            handler.uncaughtException(thread, failure);
        } catch (RuntimeException | Error ofTheHandler) {
            System.getLogger("dev.carrel.context").log(System.Logger.Level.ERROR,
                    "the handler of uncaught exceptions failed", ofTheHandler);
        }
    }

    /** An action that was registered. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** The owner's end: the one that can cancel. Closing it, when the work has ended, is optional. Thread-safe. */
    public static final class Source {
        private final Cancellation view = new Cancellation(List.of(), null);

        private Source() {}

        /** What the work is shown. */
        public Cancellation view() {
            return view;
        }

        /** The context in which {@link Cancellation#current()} comes with this one, or with that of {@code context}. */
        public Context bind(Context context) {
            return context.cancelledBy(view);
        }

        /** The work has ended: from now on there is nothing to ask for. What it was asked before stays. */
        public void close() {
            view.closed = true;
        }

        /**
         * Asks the work to stop. Only the first call counts; returns whether this was it.
         *
         * @param reason what the work, and whoever waits for it, is told
         */
        public boolean cancel(String reason) {
            return view.fire(new Stop(Objects.requireNonNull(reason, "reason"), false));
        }
    }
}
