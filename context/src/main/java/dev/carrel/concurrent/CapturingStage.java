package dev.carrel.concurrent;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The dependents of a {@link ContextFuture}: every method of CompletionStage that takes a function, each of which captures
 * here and now. To override {@code newIncompleteFuture} is not enough: a dependent of the right class would still run its
 * function in the context of whoever completes the source.
 */
abstract sealed class CapturingStage<T extends @Nullable Object> extends CompletableFuture<T> permits ContextFuture {
    /** Of the function of this stage; null if it has none. */
    private volatile @Nullable StageRun run;
    /** Between this stage and the pool that has its function; null if none has. */
    private volatile @Nullable Ticket ticket;

    final void hasFunction(StageFunction function) {
        run = function.itsRun();
        Ticket onPool = function.ticket();
        ticket = onPool;
        if (onPool != null) {
            onPool.whenStopped(super::completeExceptionally);
        }
    }

    /** Stops the function of this stage, and no other. */
    final void stop(boolean interrupt) {
        Ticket onPool = ticket;
        if (onPool != null) {
            onPool.withdraw(); // first: a function that does not begin any more has not failed
        }
        StageRun own = run;
        if (own != null) {
            own.stop(interrupt);
        }
    }

    /** Carrel's own, on the completer's thread and in whatever context it is: nothing of a user's runs here. */
    final void follow(BiConsumer<? super T, ? super Throwable> action) {
        var unused = super.whenComplete(action);
    }

    private static <U extends @Nullable Object> ContextFuture<U> adopt(CompletableFuture<U> dependent,
            StageFunction function) {
        var own = (ContextFuture<U>) dependent;
        own.hasFunction(function);
        return own;
    }

    @Override
    public abstract Executor defaultExecutor();

    @Override
    public <U extends @Nullable Object> ContextFuture<U> thenApply(Function<? super T, ? extends U> fn) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.thenApply(function.function(fn)), function);
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> thenApplyAsync(Function<? super T, ? extends U> fn) {
        return thenApplyAsync(fn, defaultExecutor());
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> thenApplyAsync(Function<? super T, ? extends U> fn,
            Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.thenApplyAsync(function.function(fn), function.executor()), function);
    }

    @Override
    public ContextFuture<Void> thenAccept(Consumer<? super T> action) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.thenAccept(function.consumer(action)), function);
    }

    @Override
    public ContextFuture<Void> thenAcceptAsync(Consumer<? super T> action) {
        return thenAcceptAsync(action, defaultExecutor());
    }

    @Override
    public ContextFuture<Void> thenAcceptAsync(Consumer<? super T> action, Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.thenAcceptAsync(function.consumer(action), function.executor()), function);
    }

    @Override
    public ContextFuture<Void> thenRun(Runnable action) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.thenRun(function.runnable(action)), function);
    }

    @Override
    public ContextFuture<Void> thenRunAsync(Runnable action) {
        return thenRunAsync(action, defaultExecutor());
    }

    @Override
    public ContextFuture<Void> thenRunAsync(Runnable action, Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.thenRunAsync(function.runnable(action), function.executor()), function);
    }

    @Override
    public <U extends @Nullable Object, V extends @Nullable Object> ContextFuture<V> thenCombine(
            CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.thenCombine(Objects.requireNonNull(other, "other"), function.biFunction(fn)), function);
    }

    @Override
    public <U extends @Nullable Object, V extends @Nullable Object> ContextFuture<V> thenCombineAsync(
            CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn) {
        return thenCombineAsync(other, fn, defaultExecutor());
    }

    @Override
    public <U extends @Nullable Object, V extends @Nullable Object> ContextFuture<V> thenCombineAsync(
            CompletionStage<? extends U> other, BiFunction<? super T, ? super U, ? extends V> fn, Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(
                super.thenCombineAsync(Objects.requireNonNull(other, "other"), function.biFunction(fn),
                        function.executor()),
                function);
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<Void> thenAcceptBoth(CompletionStage<? extends U> other,
            BiConsumer<? super T, ? super U> action) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.thenAcceptBoth(Objects.requireNonNull(other, "other"), function.biConsumer(action)),
                function);
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<Void> thenAcceptBothAsync(
            CompletionStage<? extends U> other, BiConsumer<? super T, ? super U> action) {
        return thenAcceptBothAsync(other, action, defaultExecutor());
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<Void> thenAcceptBothAsync(
            CompletionStage<? extends U> other, BiConsumer<? super T, ? super U> action, Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.thenAcceptBothAsync(Objects.requireNonNull(other, "other"), function.biConsumer(action),
                function.executor()), function);
    }

    @Override
    public ContextFuture<Void> runAfterBoth(CompletionStage<?> other, Runnable action) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.runAfterBoth(Objects.requireNonNull(other, "other"), function.runnable(action)), function);
    }

    @Override
    public ContextFuture<Void> runAfterBothAsync(CompletionStage<?> other, Runnable action) {
        return runAfterBothAsync(other, action, defaultExecutor());
    }

    @Override
    public ContextFuture<Void> runAfterBothAsync(CompletionStage<?> other, Runnable action,
            Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.runAfterBothAsync(Objects.requireNonNull(other, "other"), function.runnable(action),
                function.executor()), function);
    }

    // If the other one is complete, the superclass asks that one for the new future: hence a ContextFuture, here and below.

    @Override
    public <U extends @Nullable Object> ContextFuture<U> applyToEither(CompletionStage<? extends T> other,
            Function<? super T, U> fn) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.applyToEither(ContextFuture.of(other), function.function(fn)), function);
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> applyToEitherAsync(CompletionStage<? extends T> other,
            Function<? super T, U> fn) {
        return applyToEitherAsync(other, fn, defaultExecutor());
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> applyToEitherAsync(CompletionStage<? extends T> other,
            Function<? super T, U> fn, Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.applyToEitherAsync(ContextFuture.of(other), function.function(fn), function.executor()),
                function);
    }

    @Override
    public ContextFuture<Void> acceptEither(CompletionStage<? extends T> other, Consumer<? super T> action) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.acceptEither(ContextFuture.of(other), function.consumer(action)), function);
    }

    @Override
    public ContextFuture<Void> acceptEitherAsync(CompletionStage<? extends T> other,
            Consumer<? super T> action) {
        return acceptEitherAsync(other, action, defaultExecutor());
    }

    @Override
    public ContextFuture<Void> acceptEitherAsync(CompletionStage<? extends T> other,
            Consumer<? super T> action, Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.acceptEitherAsync(ContextFuture.of(other), function.consumer(action), function.executor()),
                function);
    }

    @Override
    public ContextFuture<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.runAfterEither(Objects.requireNonNull(other, "other"), function.runnable(action)), function);
    }

    @Override
    public ContextFuture<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action) {
        return runAfterEitherAsync(other, action, defaultExecutor());
    }

    @Override
    public ContextFuture<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action,
            Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.runAfterEitherAsync(Objects.requireNonNull(other, "other"), function.runnable(action),
                function.executor()), function);
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> thenCompose(
            Function<? super T, ? extends CompletionStage<U>> fn) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.thenCompose(function.function(fn)), function);
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> thenComposeAsync(
            Function<? super T, ? extends CompletionStage<U>> fn) {
        return thenComposeAsync(fn, defaultExecutor());
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> thenComposeAsync(
            Function<? super T, ? extends CompletionStage<U>> fn, Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.thenComposeAsync(function.function(fn), function.executor()), function);
    }

    @Override
    public ContextFuture<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.whenComplete(function.biConsumer(action)), function);
    }

    @Override
    public ContextFuture<T> whenCompleteAsync(BiConsumer<? super T, ? super Throwable> action) {
        return whenCompleteAsync(action, defaultExecutor());
    }

    @Override
    public ContextFuture<T> whenCompleteAsync(BiConsumer<? super T, ? super Throwable> action,
            Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.whenCompleteAsync(function.biConsumer(action), function.executor()), function);
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> handle(
            BiFunction<? super T, Throwable, ? extends U> fn) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.handle(function.biFunction(fn)), function);
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> handleAsync(
            BiFunction<? super T, Throwable, ? extends U> fn) {
        return handleAsync(fn, defaultExecutor());
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> handleAsync(
            BiFunction<? super T, Throwable, ? extends U> fn, Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.handleAsync(function.biFunction(fn), function.executor()), function);
    }

    @Override
    public ContextFuture<T> exceptionally(Function<Throwable, ? extends T> fn) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.exceptionally(function.function(fn)), function);
    }

    @Override
    public ContextFuture<T> exceptionallyAsync(Function<Throwable, ? extends T> fn) {
        return exceptionallyAsync(fn, defaultExecutor());
    }

    @Override
    public ContextFuture<T> exceptionallyAsync(Function<Throwable, ? extends T> fn, Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.exceptionallyAsync(function.function(fn), function.executor()), function);
    }

    @Override
    public ContextFuture<T> exceptionallyCompose(Function<Throwable, ? extends CompletionStage<T>> fn) {
        StageFunction function = StageFunction.synchronous();
        return adopt(super.exceptionallyCompose(function.function(fn)), function);
    }

    @Override
    public ContextFuture<T> exceptionallyComposeAsync(Function<Throwable, ? extends CompletionStage<T>> fn) {
        return exceptionallyComposeAsync(fn, defaultExecutor());
    }

    @Override
    public ContextFuture<T> exceptionallyComposeAsync(Function<Throwable, ? extends CompletionStage<T>> fn,
            Executor executor) {
        StageFunction function = StageFunction.on(executor);
        return adopt(super.exceptionallyComposeAsync(function.function(fn), function.executor()), function);
    }
}
