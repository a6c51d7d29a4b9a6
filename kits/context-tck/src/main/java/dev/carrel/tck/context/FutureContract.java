package dev.carrel.tck.context;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

import dev.carrel.context.Context;

/**
 * What a future that carries the context must do: each of its dependents, synchronous or not, runs for whoever registered
 * it, and not for whoever completes the future. The completer of every future here is in the middle of another user's work.
 */
public interface FutureContract {
    /** One to be completed by hand. */
    <T extends @Nullable Object> CompletableFuture<T> incomplete();

    /** As {@link CompletableFuture#supplyAsync(Supplier)}. */
    <T extends @Nullable Object> CompletableFuture<T> supplyAsync(Supplier<T> supplier);

    /** As {@link CompletableFuture#supplyAsync(Supplier, Executor)}. */
    <T extends @Nullable Object> CompletableFuture<T> supplyAsync(Supplier<T> supplier, Executor executor);

    /** As {@link CompletableFuture#runAsync(Runnable)}. */
    CompletableFuture<Void> runAsync(Runnable action);

    /** As {@link CompletableFuture#runAsync(Runnable, Executor)}. */
    CompletableFuture<Void> runAsync(Runnable action, Executor executor);

    /** As {@link CompletableFuture#completedStage}. */
    <T extends @Nullable Object> CompletionStage<T> completedStage(T value);

    /** As {@link CompletableFuture#failedStage}. */
    <T extends @Nullable Object> CompletionStage<T> failedStage(Throwable failure);

    /** As {@link CompletableFuture#allOf}. */
    CompletableFuture<Void> allOf(CompletableFuture<?>... futures);

    /** As {@link CompletableFuture#anyOf}. */
    CompletableFuture<?> anyOf(CompletableFuture<?>... futures);

    /** Follows a stage that is not of this kind. */
    <T extends @Nullable Object> CompletableFuture<T> of(CompletionStage<T> foreign);

    /** As {@link CompletableFuture#delayedExecutor(long, TimeUnit)}. */
    Executor delayedExecutor(long delay, TimeUnit unit);

    /** As {@link CompletableFuture#delayedExecutor(long, TimeUnit, Executor)}. */
    Executor delayedExecutor(long delay, TimeUnit unit, Executor executor);

    /** The executor that functions are given which name one, around a pool of the kit. */
    default ExecutorService executor(ExecutorService plain) {
        return plain;
    }

    /** The pool under {@link #executor}, with one worker and the bound that the setting says; empty for one of the kit. */
    default Optional<ExecutorService> pool(Subject.Setting setting) {
        return Optional.empty();
    }

    /** What a function sees that names {@link #executor} and is registered in this context. */
    default Context expectedOnExecutor(Context submitter) {
        return submitter;
    }

    /** Whether {@code cancel(true)} interrupts a function that runs on {@link #executor}, by way of a delayed one too. */
    default boolean interruptsOnExecutor() {
        return false;
    }

    /** Whether {@code cancel(true)} interrupts an async function that names no executor. */
    default boolean interruptsByDefault() {
        return true;
    }

    /** Why a cell means nothing for these futures, by cell. Reported, and counted as skipped. */
    default Map<Cell, String> notApplicable() {
        return Map.of();
    }

    /** A test for each way to register a function and each cell. */
    @TestFactory
    default Stream<DynamicContainer> whoever_registers_is_whom_the_function_sees(TestReporter reporter) {
        List<Hop> hops = FutureHops.of(this);
        return Matrix.of(hops, notApplicable(), reporter);
    }
}
