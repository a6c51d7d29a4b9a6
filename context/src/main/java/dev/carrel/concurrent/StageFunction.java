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
import dev.carrel.pool.StoppableTask;
import dev.carrel.pool.TaskPool;

/** The function of one stage: captures the context here and now, when it is registered, and runs in it. */
final class StageFunction {
    private final Context context = Context.current().across(Boundary.EXECUTOR);
    private final StageRun run = new StageRun();
    private final @Nullable Executor executor;
    /** What the executor was given this in the middle of: written before it is, and so seen by the one that runs it. */
    private @Nullable Handshake before;
    /** Guarded by this, like the other: the stage is made only after its function may have been stopped. */
    private @Nullable Consumer<Throwable> stage;
    private @Nullable Throwable stopped;

    /** Whoever waits for the stage learns what the pool did: without that, a function that is dropped is waited for for ever. */
    private record OnPool(Runnable task, StageFunction function) implements StoppableTask {
        @Override
        public void run() {
            task.run();
        }

        @Override
        public void stopped(Throwable why) {
            function.stopped(why);
        }
    }

    private StageFunction(@Nullable Executor executor) {
        this.executor = executor;
    }

    /** One that runs on whichever thread completes its source, or on the caller's if that is complete. */
    static StageFunction synchronous() {
        return new StageFunction(null);
    }

    /** One that runs on {@code executor}. */
    static StageFunction on(Executor executor) {
        return new StageFunction(Objects.requireNonNull(executor, "executor"));
    }

    /** What ends the stage when the pool has stopped this function, or did already. */
    void whenStopped(Consumer<Throwable> end) {
        Throwable why;
        synchronized (this) {
            stage = end;
            why = stopped;
        }
        if (why != null) {
            end.accept(why);
        }
    }

    private void stopped(Throwable why) {
        Consumer<Throwable> end;
        synchronized (this) {
            stopped = why;
            end = stage;
        }
        if (end != null) {
            end.accept(why);
        }
    }

    StageRun itsRun() {
        return run;
    }

    /**
     * The executor, as the stage is to use it. It is asked on the thread that completes the source, but for whoever
     * registered the function; and what it is given counts as wrapped, so one that captures does not capture again. A task
     * pool does, for whoever registered it, and adds what belongs to its task.
     */
    Executor executor() {
        Executor given = Objects.requireNonNull(executor);
        return task -> {
            before = Handshake.innermost();
            context.run(() -> given.execute(given instanceof TaskPool
                    ? new OnPool(task, this)
                    : Context.root().wrap(task)));
        };
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
            return run.<R>call(context, body);
        }
        boolean own = executor instanceof InterruptibleExecutor carrel && carrel.interruptible();
        // In a pool, with the limit, the lifetime and the place in the chain of tasks that the pool gave it.
        Context bound = executor instanceof TaskPool ? Context.current() : context;
        return run.<R>callStoppable(bound, own, before, body);
    }
}
