package dev.carrel.concurrent;

import java.util.Objects;
import java.util.Timer;
import java.util.TimerTask;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;

/**
 * Tasks for {@link Timer}, which by itself runs every task in no context.
 *
 * {@snippet :
 * timer.schedule(ContextTimer.once(() -> remind()), 60_000); // as whoever is here
 * timer.schedule(ContextTimer.periodic(() -> sweep()), 0, 1_000); // as nobody
 * }
 *
 * Cancel the task that is returned. As ever with {@link Timer}, a task that throws ends the timer, also for all others: a
 * propagating scheduler ({@link Context#propagating(java.util.concurrent.ScheduledExecutorService)}) does not.
 * Thread-safe: it has no state.
 */
public final class ContextTimer {
    private ContextTimer() {}

    /**
     * A task that runs in the context of this call, once: if it is scheduled with a period nevertheless, its later runs are
     * in the {@link Context#background}, since nobody knows whether its user is still there.
     *
     * @throws IllegalStateException if a value is bound that must not cross
     */
    public static TimerTask once(Runnable task) {
        return new Bound(Context.current().across(Boundary.EXECUTOR), Context.current().background(), task);
    }

    /**
     * A task each run of which is in the {@link Context#background} of this call: it outlives whoever started it.
     *
     * @throws IllegalStateException if a value is bound that must not cross
     */
    public static TimerTask periodic(Runnable task) {
        Context background = Context.current().background();
        return new Bound(background, background, task);
    }

    private static final class Bound extends TimerTask {
        /** Of the next run; a timer has one thread. */
        private Context next;
        private final Context later;
        private final Runnable task;

        Bound(Context first, Context later, Runnable task) {
            this.next = first;
            this.later = later;
            this.task = Objects.requireNonNull(task, "task");
        }

        @Override
        public void run() {
            Context context = next;
            next = later;
            context.run(task);
        }
    }
}
