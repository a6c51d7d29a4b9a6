package dev.carrel.concurrent;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;
import dev.carrel.context.InterruptibleExecutor;
import dev.carrel.interrupt.Handshake;
import dev.carrel.interrupt.Origin;
import dev.carrel.pool.StoppableTask;
import dev.carrel.pool.SubmitTrace;
import dev.carrel.pool.TaskPool;

/** The function of one stage: captures the context here and now, when it is registered, and runs in it. */
final class StageFunction {
    private final Origin origin = Origin.here(Boundary.EXECUTOR);
    private final StageRun run = new StageRun();
    private final @Nullable Executor executor;
    /** What the executor was given this in the middle of: written before it is, and so seen by the one that runs it. */
    private @Nullable Handshake before;
    /** Whether the function runs as a task of a pool, sooner or later. */
    private final boolean pooled;
    private final @Nullable Ticket ticket;

    /** The function as a task: the pool counts what became of it, and whoever waits for the stage learns what the pool did. */
    private record OnPool(Runnable task, Ticket ticket) implements StoppableTask {
        @Override
        public void run() {
            task.run();
            ticket.throwFailure();
        }

        @Override
        public void stopped(Throwable why) {
            ticket.stopped(why);
        }
    }

    private StageFunction(@Nullable Executor executor) {
        this.executor = executor;
        this.pooled = executor != null && Delayed.last(executor) instanceof TaskPool;
        this.ticket = pooled || executor instanceof Delayed ? new Ticket() : null;
    }

    /** One that runs on whichever thread completes its source, or on the caller's if that is complete. */
    static StageFunction synchronous() {
        return new StageFunction(null);
    }

    /** One that runs on {@code executor}. */
    static StageFunction on(Executor executor) {
        return new StageFunction(Objects.requireNonNull(executor, "executor"));
    }

    StageRun itsRun() {
        return run;
    }

    /** Null where nothing but the function itself and its stage can end it. */
    @Nullable
    Ticket ticket() {
        return ticket;
    }

    /**
     * The executor, as the stage is to use it. It is asked on the thread that completes the source, but for whoever
     * registered the function; and what it is given counts as wrapped, so one that captures does not capture again. A task
     * pool does, for whoever registered it, and adds what belongs to its task.
     */
    Executor executor() {
        Executor given = Objects.requireNonNull(executor);
        return task -> hand(given, task);
    }

    private void hand(Executor to, Runnable task) {
        if (to instanceof Delayed delayed) {
            delayed.clock().execute(() -> handLate(delayed.executor(), task));
            return;
        }
        origin.run(() -> {
            before = Handshake.innermost();
            if (to instanceof TaskPool pool) {
                Ticket mine = Objects.requireNonNull(ticket);
                mine.has(pool.submit(new OnPool(task, mine)));
            } else {
                to.execute(Context.root().wrap(task));
            }
        });
    }

    /** On the way from the clock nobody is there to be told but the stage. */
    private void handLate(Executor to, Runnable task) {
        Ticket mine = Objects.requireNonNull(ticket);
        if (mine.withdrawn()) {
            return;
        }
        try {
            hand(to, task);
        } catch (RuntimeException | Error refused) {
            mine.stopped(refused);
        }
    }

    <A extends @Nullable Object, R extends @Nullable Object> Function<A, R> function(
            Function<? super A, ? extends R> function) {
        Objects.requireNonNull(function, "fn");
        return argument -> this.<R>call(() -> function.apply(argument));
    }

    <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object> BiFunction<A, B, R> biFunction(
            BiFunction<? super A, ? super B, ? extends R> function) {
        Objects.requireNonNull(function, "fn");
        return (one, other) -> this.<R>call(() -> function.apply(one, other));
    }

    <A extends @Nullable Object> Consumer<A> consumer(Consumer<? super A> action) {
        Objects.requireNonNull(action, "action");
        return argument -> run(() -> action.accept(argument));
    }

    <A extends @Nullable Object, B extends @Nullable Object> BiConsumer<A, B> biConsumer(
            BiConsumer<? super A, ? super B> action) {
        Objects.requireNonNull(action, "action");
        return (one, other) -> run(() -> action.accept(one, other));
    }

    Runnable runnable(Runnable action) {
        Objects.requireNonNull(action, "action");
        return () -> run(action);
    }

    <R extends @Nullable Object> Supplier<R> supplier(Supplier<? extends R> supplier) {
        Objects.requireNonNull(supplier, "supplier");
        return () -> this.<R>call(supplier::get);
    }

    private void run(Runnable action) {
        this.<@Nullable Void>call(() -> {
            action.run();
            return null;
        });
    }

    private <R extends @Nullable Object> R call(ScopedValue.CallableOp<? extends R, RuntimeException> body) {
        if (executor == null) {
            return run.<R>call(origin, body);
        }
        boolean own = executor instanceof InterruptibleExecutor carrel && carrel.interruptible();
        return pooled ? this.<R>callOnPool(own, body) : run.<R>callStoppable(origin, own, before, body);
    }

    private <R extends @Nullable Object> R callOnPool(boolean own,
            ScopedValue.CallableOp<? extends R, RuntimeException> body) {
        Ticket mine = Objects.requireNonNull(ticket);
        try {
            // With the limit, the lifetime and the place in the chain of tasks that the pool gave it.
            R result = run.<R>callStoppable(new Origin(Context.current(), origin.work()), own, before, body);
            mine.ended(null);
            return result;
        } catch (Throwable failure) {
            // Here: once the stage has failed, its dependents look at it.
            SubmitTrace.addTo(failure);
            mine.ended(failure);
            throw failure;
        }
    }
}
