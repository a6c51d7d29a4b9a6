package dev.carrel.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/** A stage that can only be followed: what {@link ContextFuture#minimalCompletionStage} promises. */
final class MinimalStage<T extends @Nullable Object> extends ContextFuture<T> {
    private static UnsupportedOperationException refused() {
        return new UnsupportedOperationException(
                "a minimal stage can only be followed: toCompletableFuture() gives a future of its own");
    }

    @Override
    public <U extends @Nullable Object> ContextFuture<U> newIncompleteFuture() {
        return new MinimalStage<>();
    }

    @Override
    public ContextFuture<T> toCompletableFuture() {
        return of(this);
    }

    @Override
    public T get() {
        throw refused();
    }

    @Override
    public T get(long timeout, TimeUnit unit) {
        throw refused();
    }

    @Override
    public T getNow(T valueIfAbsent) {
        throw refused();
    }

    @Override
    public T join() {
        throw refused();
    }

    @Override
    public T resultNow() {
        throw refused();
    }

    @Override
    public Throwable exceptionNow() {
        throw refused();
    }

    @Override
    public boolean complete(T value) {
        throw refused();
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        throw refused();
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        throw refused();
    }

    @Override
    public void obtrudeValue(T value) {
        throw refused();
    }

    @Override
    public void obtrudeException(Throwable failure) {
        throw refused();
    }

    @Override
    public boolean isDone() {
        throw refused();
    }

    @Override
    public boolean isCancelled() {
        throw refused();
    }

    @Override
    public boolean isCompletedExceptionally() {
        throw refused();
    }

    @Override
    public State state() {
        throw refused();
    }

    @Override
    public int getNumberOfDependents() {
        throw refused();
    }

    @Override
    public ContextFuture<T> completeAsync(Supplier<? extends T> supplier) {
        throw refused();
    }

    @Override
    public ContextFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        throw refused();
    }

    @Override
    public ContextFuture<T> orTimeout(long timeout, TimeUnit unit) {
        throw refused();
    }

    @Override
    public ContextFuture<T> completeOnTimeout(T value, long timeout, TimeUnit unit) {
        throw refused();
    }
}
