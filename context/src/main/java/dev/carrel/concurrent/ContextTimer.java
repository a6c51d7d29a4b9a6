package dev.carrel.concurrent;

import java.util.Timer;
import java.util.TimerTask;

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
     * for nobody ({@link Context#wrapPeriodic}), since nobody knows whether its user is still there.
     *
     * @throws IllegalStateException if a value is bound that must not cross
     */
    public static TimerTask once(Runnable task) {
        Context here = Context.current();
        return new Bound(here.wrap(task), here.wrapPeriodic(task));
    }

    /**
     * A task each run of which is for nobody ({@link Context#wrapPeriodic}): it outlives whoever started it.
     *
     * @throws IllegalStateException if a value is bound that must not cross
     */
    public static TimerTask periodic(Runnable task) {
        Runnable each = Context.current().wrapPeriodic(task);
        return new Bound(each, each);
    }

    private static final class Bound extends TimerTask {
        /** The next run; a timer has one thread. */
        private Runnable next;
        private final Runnable later;

        Bound(Runnable first, Runnable later) {
            this.next = first;
            this.later = later;
        }

        @Override
        public void run() {
            Runnable now = next;
            next = later;
            now.run();
        }
    }
}
