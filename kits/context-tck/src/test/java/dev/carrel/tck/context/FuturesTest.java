package dev.carrel.tck.context;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.context.Context;
import dev.carrel.pool.TaskPool;
import dev.carrel.pool.TaskPoolBuilder;
import dev.carrel.test.StrictContexts;

/** The context's futures keep the contract, whatever executor they are given. */
@ExtendWith(StrictContexts.class)
class FuturesTest {
    @Nested
    class On_a_plain_executor implements Futures {}

    @Nested
    class On_an_executor_that_captures_too implements Futures, FutureExecutorContract {
        @Override
        public ExecutorService executor(ExecutorService plain) {
            return Context.propagating(plain);
        }

        @Override
        public boolean interruptsOnExecutor() {
            return true;
        }
    }

    @Nested
    class On_a_task_pool implements Futures, FutureExecutorContract {
        @Override
        public Optional<ExecutorService> pool(Subject.Setting setting) {
            TaskPoolBuilder builder = TaskPool.builder("context-tck").concurrency(1);
            return Optional.of((setting == Subject.Setting.ROOMY ? builder : builder.queue(1)).build());
        }

        /** A pool binds what it knows of the task, so not even nobody's task is at the root. */
        @Override
        public Context expectedOnExecutor(Context submitter) {
            return submitter.with(Asker.NOBODYS, "the pool's");
        }

        @Override
        public boolean interruptsOnExecutor() {
            return true;
        }

        @Override
        public Map<Cell, String> notApplicable() {
            return Map.of(Cell.CALLER_RUNS, "a full pool refuses; what its own tasks submit is another matter");
        }
    }

    private interface Futures extends FutureContract {
        @Override
        default <T extends @Nullable Object> CompletableFuture<T> incomplete() {
            return new ContextFuture<>();
        }

        @Override
        default <T extends @Nullable Object> CompletableFuture<T> supplyAsync(Supplier<T> supplier) {
            return ContextFuture.supplyAsync(supplier);
        }

        @Override
        default <T extends @Nullable Object> CompletableFuture<T> supplyAsync(Supplier<T> supplier, Executor executor) {
            return ContextFuture.supplyAsync(supplier, executor);
        }

        @Override
        default CompletableFuture<Void> runAsync(Runnable action) {
            return ContextFuture.runAsync(action);
        }

        @Override
        default CompletableFuture<Void> runAsync(Runnable action, Executor executor) {
            return ContextFuture.runAsync(action, executor);
        }

        @Override
        default <T extends @Nullable Object> CompletionStage<T> completedStage(T value) {
            return ContextFuture.completedStage(value);
        }

        @Override
        default <T extends @Nullable Object> CompletionStage<T> failedStage(Throwable failure) {
            return ContextFuture.failedStage(failure);
        }

        @Override
        default CompletableFuture<Void> allOf(CompletableFuture<?>... futures) {
            return ContextFuture.allOf(futures);
        }

        @Override
        default CompletableFuture<?> anyOf(CompletableFuture<?>... futures) {
            return ContextFuture.anyOf(futures);
        }

        @Override
        default <T extends @Nullable Object> CompletableFuture<T> of(CompletionStage<T> foreign) {
            return ContextFuture.of(foreign);
        }

        @Override
        default Executor delayedExecutor(long delay, TimeUnit unit) {
            return ContextFuture.delayedExecutor(delay, unit);
        }

        @Override
        default Executor delayedExecutor(long delay, TimeUnit unit, Executor executor) {
            return ContextFuture.delayedExecutor(delay, unit, executor);
        }
    }
}
