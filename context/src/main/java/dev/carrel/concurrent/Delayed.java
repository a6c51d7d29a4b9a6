package dev.carrel.concurrent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;
import dev.carrel.context.InterruptibleExecutor;
import dev.carrel.pool.TaskPool;

/**
 * Hands each task to another executor after a while, as whoever gave it. Not on the thread of the clock, which all timers of
 * the process share: an executor may run a task on the thread that brings it.
 *
 * @param clock runs what is to be handed on, when it is time
 */
record Delayed(Executor clock, Executor executor) implements InterruptibleExecutor {
    static Delayed by(long delay, TimeUnit unit, Executor executor) {
        return new Delayed(CompletableFuture.delayedExecutor(delay, unit,
                executor instanceof VirtualThreads ? Runnable::run : VirtualThreads.INSTANCE), executor);
    }

    /** Where it ends up. */
    static Executor last(Executor executor) {
        Executor last = executor;
        while (last instanceof Delayed delayed) {
            last = delayed.executor;
        }
        return last;
    }

    @Override
    public void execute(Runnable task) {
        Context here = Context.current().across(Boundary.EXECUTOR);
        // A pool captures by itself, and adds what belongs to its task; all others get what is bound.
        Runnable bound = last(executor) instanceof TaskPool ? task : Context.root().wrap(() -> here.run(task));
        clock.execute(() -> here.run(() -> executor.execute(bound)));
    }

    @Override
    public boolean interruptible() {
        return last(executor) instanceof InterruptibleExecutor carrel && carrel.interruptible();
    }
}
