package dev.carrel.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.CancelledException;

/**
 * Whether the owner of the running work has asked it to stop. This is the view: it cannot cancel; only whoever holds the
 * {@link Source} can. Work that blocks is also interrupted; work that computes should look here now and then.
 * Thread-safe.
 */
public final class Cancellation {
    private static final Cancellation NEVER = new Cancellation();
    private static final ContextKey<Cancellation> KEY = ContextKey.withDefault("cancellation", Kind.TURN, NEVER);

    private final Object lock = new Object();
    private volatile @Nullable String reason;
    private final List<Runnable> listeners = new ArrayList<>();

    private Cancellation() {}

    /** A new one, not asked for yet; the caller is its owner. */
    public static Source source() {
        return new Source();
    }

    /** That of the running work; one that never comes if nothing can cancel it. */
    public static Cancellation current() {
        return Context.current().get(KEY);
    }

    /** Whether stopping was asked for. */
    public boolean requested() {
        return reason != null;
    }

    /** Why, once it was asked for. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /**
     * Does nothing until stopping was asked for.
     *
     * @throws CancelledException from then on
     */
    public void throwIfRequested() {
        String why = reason;
        if (why != null) {
            throw new CancelledException(why);
        }
    }

    /**
     * Runs {@code action} in the context of this call when stopping is asked for, or at once if it was. Keep it short: it
     * runs on the canceller's thread. Close the result when the action is no longer needed.
     */
    public Registration onRequest(Runnable action) {
        Runnable bound = Context.current().wrap(action);
        if (this == NEVER) {
            return () -> {};
        }
        synchronized (lock) {
            if (reason == null) {
                listeners.add(bound);
                return () -> {
                    synchronized (lock) {
                        listeners.remove(bound);
                    }
                };
            }
        }
        bound.run();
        return () -> {};
    }

    /** An action that was registered. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** The owner's end: the one that can cancel. Thread-safe. */
    public static final class Source {
        private final Cancellation view = new Cancellation();

        private Source() {}

        /** What the work is shown. */
        public Cancellation view() {
            return view;
        }

        /** The context in which {@link Cancellation#current()} is this one. */
        public Context bind(Context context) {
            return context.with(KEY, view);
        }

        /** Asks the work to stop. Only the first call counts; returns whether this was it. */
        public boolean cancel(String reason) {
            List<Runnable> toRun;
            synchronized (view.lock) {
                if (view.reason != null) {
                    return false;
                }
                view.reason = reason;
                toRun = List.copyOf(view.listeners);
                view.listeners.clear();
            }
            for (Runnable action : toRun) {
                try {
                    action.run();
                } catch (RuntimeException | Error e) {
                    // One that fails must not keep the others from being told, nor the canceller from going on.
                    Thread thread = Thread.currentThread();
                    Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
                    if (handler != null) {
                        handler.uncaughtException(thread, e);
                    }
                }
            }
            return true;
        }
    }
}
