package dev.carrel.tck.context;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;

/** Futures with a mistake each, under contract. Their name keeps them from being run by themselves. */
final class BrokenFutures {
    private BrokenFutures() {}

    /** Those of the JDK: a dependent runs as whoever completes its source. */
    static class RunAsCompleter implements FutureContract {
        @Override
        public <T extends @Nullable Object> CompletableFuture<T> incomplete() {
            return new CompletableFuture<>();
        }

        @Override
        public <T extends @Nullable Object> CompletableFuture<T> supplyAsync(Supplier<T> supplier) {
            return CompletableFuture.supplyAsync(Context.current().wrapSupplier(supplier));
        }

        @Override
        public <T extends @Nullable Object> CompletableFuture<T> supplyAsync(Supplier<T> supplier, Executor executor) {
            return CompletableFuture.supplyAsync(Context.current().wrapSupplier(supplier), executor);
        }

        @Override
        public CompletableFuture<Void> runAsync(Runnable action) {
            return CompletableFuture.runAsync(Context.current().wrap(action));
        }

        @Override
        public CompletableFuture<Void> runAsync(Runnable action, Executor executor) {
            return CompletableFuture.runAsync(Context.current().wrap(action), executor);
        }

        @Override
        public <T extends @Nullable Object> CompletionStage<T> completedStage(T value) {
            return CompletableFuture.completedStage(value);
        }

        @Override
        public <T extends @Nullable Object> CompletionStage<T> failedStage(Throwable failure) {
            return CompletableFuture.failedStage(failure);
        }

        @Override
        public CompletableFuture<Void> allOf(CompletableFuture<?>... futures) {
            return CompletableFuture.allOf(futures);
        }

        @Override
        public CompletableFuture<?> anyOf(CompletableFuture<?>... futures) {
            return CompletableFuture.anyOf(futures);
        }

        @Override
        public <T extends @Nullable Object> CompletableFuture<T> of(CompletionStage<T> foreign) {
            return foreign.toCompletableFuture();
        }

        @Override
        public Executor delayedExecutor(long delay, TimeUnit unit) {
            return CompletableFuture.delayedExecutor(delay, unit);
        }

        @Override
        public Executor delayedExecutor(long delay, TimeUnit unit, Executor executor) {
            return CompletableFuture.delayedExecutor(delay, unit, executor);
        }

        @Override
        public boolean interruptsByDefault() {
            return false;
        }
    }

    /** Captures in the one method that everybody thinks of. */
    static class CapturesInThenApplyAlone extends RunAsCompleter {
        @Override
        public <T extends @Nullable Object> CompletableFuture<T> incomplete() {
            return new OneMethod<>();
        }
    }

    private static final class OneMethod<T extends @Nullable Object> extends CompletableFuture<T> {
        @Override
        public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
            return new OneMethod<>();
        }

        @Override
        public <U extends @Nullable Object> CompletableFuture<U> thenApply(Function<? super T, ? extends U> function) {
            return super.thenApply(Context.current().<T, U>wrapFunction(function::apply));
        }
    }
}
