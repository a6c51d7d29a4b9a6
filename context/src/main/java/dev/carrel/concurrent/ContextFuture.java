package dev.carrel.concurrent;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;

/**
 * A {@link CompletableFuture} each of whose functions runs in the context of whoever registered it, and never in that of
 * whoever completes it.
 *
 * {@snippet :
 * ContextFuture.supplyAsync(() -> model.answer(question)) // as whoever is here
 *         .thenApply(answer -> log.append(answer)); // as well, whichever thread it runs on
 * ContextFuture.of(httpClient.sendAsync(request, ofString())).thenAccept(this::show);
 * }
 *
 * <ul>
 * <li>The context is captured once, when the function is registered; of a value that is copied at
 * {@link dev.carrel.context.Boundary#EXECUTOR} each function has its own copy. An executor that captures itself changes
 * nothing about it.
 * <li>Every dependent is a ContextFuture again. {@link #minimalCompletionStage} and {@link #completedStage} are covered too,
 * and what {@link CompletableFuture} offers as static methods is offered here.
 * <li>Without an executor of the caller's, async functions run on a new virtual thread each. Not on the common pool: it has
 * a few threads for the whole process, so one tenant's blocking calls would hold up all others, and a worker that waits
 * there runs other work in the middle of its own.
 * <li>{@link #cancel} stops the stage's own function, never its source. Otherwise everything is as in CompletableFuture:
 * exceptions, completion by hand, {@code obtrude}.
 * <li>On a {@link dev.carrel.pool.TaskPool} the function is a task like any other: under the pool's limit, with the place
 * where it was submitted in its failure, and counted as what became of it; to cancel the stage takes it out of the queue.
 * </ul>
 *
 * Thread-safe.
 *
 * @param <T> what it completes with
 */
public sealed class ContextFuture<T extends @Nullable Object> extends CapturingStage<T> permits MinimalStage {
    /** An incomplete one, to be completed by hand. */
    public ContextFuture() {}

    /** Calls {@code supplier} on a new virtual thread. */
    public static <U extends @Nullable Object> ContextFuture<U> supplyAsync(Supplier<U> supplier) {
        return supplyAsync(supplier, VirtualThreads.INSTANCE);
    }

    /**
     * Calls {@code supplier} on {@code executor}.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the executor refuses it
     */
    public static <U extends @Nullable Object> ContextFuture<U> supplyAsync(Supplier<U> supplier, Executor executor) {
        return new ContextFuture<U>().completeAsync(supplier, executor);
    }

    /** Runs {@code action} on a new virtual thread. */
    public static ContextFuture<Void> runAsync(Runnable action) {
        return runAsync(action, VirtualThreads.INSTANCE);
    }

    /**
     * Runs {@code action} on {@code executor}.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the executor refuses it
     */
    public static ContextFuture<Void> runAsync(Runnable action, Executor executor) {
        Objects.requireNonNull(action, "action");
        return ContextFuture.<Void>supplyAsync(() -> {
            action.run();
            return null;
        }, executor);
    }

    /** One that is complete. */
    public static <U extends @Nullable Object> ContextFuture<U> completedFuture(U value) {
        var future = new ContextFuture<U>();
        future.complete(value);
        return future;
    }

    /** One that has failed. */
    public static <U extends @Nullable Object> ContextFuture<U> failedFuture(Throwable failure) {
        var future = new ContextFuture<U>();
        future.completeExceptionally(Objects.requireNonNull(failure, "failure"));
        return future;
    }

    /** A stage that is complete; the functions of its dependents run in their own contexts too. */
    public static <U extends @Nullable Object> CompletionStage<U> completedStage(U value) {
        var stage = new MinimalStage<U>();
        stage.end(value, null);
        return stage;
    }

    /** A stage that has failed; the functions of its dependents run in their own contexts too. */
    public static <U extends @Nullable Object> CompletionStage<U> failedStage(Throwable failure) {
        var stage = new MinimalStage<U>();
        stage.end(null, Objects.requireNonNull(failure, "failure"));
        return stage;
    }

    /**
     * One that completes when {@code stage} does and as it does, for stages of others, such as those of an HTTP client.
     * Cancelling it does not cancel {@code stage}.
     */
    @SuppressWarnings("unchecked") // a stage is only read
    public static <U extends @Nullable Object> ContextFuture<U> of(CompletionStage<? extends U> stage) {
        Objects.requireNonNull(stage, "stage");
        if (stage instanceof ContextFuture<?> own && !(stage instanceof MinimalStage<?>)) {
            return (ContextFuture<U>) own;
        }
        var future = new ContextFuture<U>();
        // At the root: a stage of a library that captures too has nothing to capture here.
        Context.root().run(() -> {
            if (stage instanceof MinimalStage<? extends U> minimal) {
                minimal.into(future);
            } else {
                var unused = stage.whenComplete(future::settle);
            }
        });
        return future;
    }

    /** One that completes when all of {@code futures} have, and fails if one of them did. */
    public static ContextFuture<Void> allOf(CompletableFuture<?>... futures) {
        return of(CompletableFuture.allOf(futures));
    }

    /** One that completes as the first of {@code futures} does. */
    public static ContextFuture<@Nullable Object> anyOf(CompletableFuture<?>... futures) {
        return of(CompletableFuture.anyOf(futures));
    }

    /** An executor that runs each task, as whoever gave it, after the delay and on a new virtual thread. */
    public static Executor delayedExecutor(long delay, TimeUnit unit) {
        return delayedExecutor(delay, unit, VirtualThreads.INSTANCE);
    }

    /**
     * An executor that hands each task to {@code executor} after the delay, and as whoever gave it here. If that refuses it
     * then, the stage whose function it is fails; without one, the handler of uncaught exceptions is told.
     */
    public static Executor delayedExecutor(long delay, TimeUnit unit, Executor executor) {
        return Delayed.by(delay, Objects.requireNonNull(unit, "unit"), Objects.requireNonNull(executor, "executor"));
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> newIncompleteFuture() {
        return new ContextFuture<>();
    }

    /** A new virtual thread for each task, which runs as whoever gave it. */
    @Override
    public Executor defaultExecutor() {
        return VirtualThreads.INSTANCE;
    }

    /**
     * Cancels this stage, not its source. Its function does not begin any more; if it runs on an executor, its
     * {@link dev.carrel.context.Cancellation} is asked for.
     *
     * @param mayInterruptIfRunning whether its thread is interrupted too: only while the function runs, after whatever of
     *        others' that thread is in the middle of, and only on an
     *        {@link dev.carrel.context.InterruptibleExecutor}, such as the default one
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            stop(mayInterruptIfRunning);
        }
        return cancelled;
    }

    /** As in {@link CompletableFuture}; if the time runs out, a function of this stage that still runs then is stopped. */
    @Override
    public ContextFuture<T> orTimeout(long timeout, TimeUnit unit) {
        return endedByClock(timeout, unit, () -> end(null, new TimeoutException()));
    }

    /** As in {@link CompletableFuture}; if the time runs out, a function of this stage that still runs then is stopped. */
    @Override
    public ContextFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
        return endedByClock(timeout, unit, () -> end(value, null));
    }

    /** The superclass would not tell who has completed this: only if it was the clock, the function is stopped. */
    private ContextFuture<T> endedByClock(long timeout, TimeUnit unit, BooleanSupplier end) {
        Objects.requireNonNull(unit, "unit");
        var clock = new CompletableFuture<Boolean>();
        var unused = clock.thenRun(() -> {
            if (end.getAsBoolean()) {
                stop(true);
            }
        });
        follow((value, failure) -> clock.cancel(false));
        clock.completeOnTimeout(true, timeout, unit);
        return this;
    }

    /** Completes this as another one did, with what CompletableFuture makes of the failure of a source. */
    private void settle(@Nullable T value, @Nullable Throwable failure) {
        end(value,
                failure == null || failure instanceof CompletionException ? failure : new CompletionException(failure));
    }

    /** Completes this, even where the caller of {@link #complete} is refused; whether this did it. */
    final boolean end(@Nullable T value, @Nullable Throwable failure) {
        return failure == null ? super.complete(value) : super.completeExceptionally(failure);
    }

    /** Completes {@code other} when and as this does; no function of a user is involved. */
    final void into(ContextFuture<? super T> other) {
        follow(other::settle);
    }

    @Override
    public ContextFuture<T> toCompletableFuture() {
        return this;
    }

    @Override
    public ContextFuture<T> copy() {
        return (ContextFuture<T>) super.copy();
    }

    @Override
    public CompletionStage<T> minimalCompletionStage() {
        // Not what the superclass makes: it would not come by newIncompleteFuture, and nothing after it would capture.
        var minimal = new MinimalStage<T>();
        into(minimal);
        return minimal;
    }

    @Override
    public ContextFuture<T> completeAsync(Supplier<? extends T> supplier) {
        return completeAsync(supplier, defaultExecutor());
    }

    @Override
    public ContextFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        StageFunction function = StageFunction.on(executor);
        hasFunction(function);
        var unused = super.completeAsync(function.supplier(supplier), function.executor());
        return this;
    }
}
