package dev.carrel.tck.context;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * One of the methods of {@link CompletionStage} that take a function, in its three forms.
 *
 * @param afterFailure whether its source must fail for the function to be called
 */
record Dependent(String name, boolean afterFailure, Form synchronous, Form async, OnExecutor asyncOn) {
    /** The function, whatever its arguments. */
    @FunctionalInterface
    interface Body {
        Object call();
    }

    /** The form without an executor. */
    @FunctionalInterface
    interface Form {
        CompletionStage<?> register(CompletionStage<Object> source, CompletionStage<Object> other,
                Body body);
    }

    /** The form with one. */
    @FunctionalInterface
    interface OnExecutor {
        CompletionStage<?> register(CompletionStage<Object> source, CompletionStage<Object> other,
                Body body, Executor executor);
    }

    private static Dependent of(String name, Form synchronous, Form async, OnExecutor asyncOn) {
        return new Dependent(name, false, synchronous, async, asyncOn);
    }

    private static CompletionStage<Object> stage(Body body) {
        return CompletableFuture.completedStage(body.call());
    }

    /** All fourteen. */
    static final List<Dependent> ALL = List.of(
            of("thenApply", (s, o, b) -> s.thenApply(x -> b.call()), (s, o, b) -> s.thenApplyAsync(x -> b.call()),
                    (s, o, b, e) -> s.thenApplyAsync(x -> b.call(), e)),
            of("thenAccept", (s, o, b) -> s.thenAccept(x -> b.call()), (s, o, b) -> s.thenAcceptAsync(x -> b.call()),
                    (s, o, b, e) -> s.thenAcceptAsync(x -> b.call(), e)),
            of("thenRun", (s, o, b) -> s.thenRun(b::call), (s, o, b) -> s.thenRunAsync(b::call),
                    (s, o, b, e) -> s.thenRunAsync(b::call, e)),
            of("thenCombine", (s, o, b) -> s.thenCombine(o, (x, y) -> b.call()),
                    (s, o, b) -> s.thenCombineAsync(o, (x, y) -> b.call()),
                    (s, o, b, e) -> s.thenCombineAsync(o, (x, y) -> b.call(), e)),
            of("thenAcceptBoth", (s, o, b) -> s.thenAcceptBoth(o, (x, y) -> b.call()),
                    (s, o, b) -> s.thenAcceptBothAsync(o, (x, y) -> b.call()),
                    (s, o, b, e) -> s.thenAcceptBothAsync(o, (x, y) -> b.call(), e)),
            of("runAfterBoth", (s, o, b) -> s.runAfterBoth(o, b::call), (s, o, b) -> s.runAfterBothAsync(o, b::call),
                    (s, o, b, e) -> s.runAfterBothAsync(o, b::call, e)),
            of("applyToEither", (s, o, b) -> s.applyToEither(never(), x -> b.call()),
                    (s, o, b) -> s.applyToEitherAsync(never(), x -> b.call()),
                    (s, o, b, e) -> s.applyToEitherAsync(never(), x -> b.call(), e)),
            of("acceptEither", (s, o, b) -> s.acceptEither(never(), x -> b.call()),
                    (s, o, b) -> s.acceptEitherAsync(never(), x -> b.call()),
                    (s, o, b, e) -> s.acceptEitherAsync(never(), x -> b.call(), e)),
            of("runAfterEither", (s, o, b) -> s.runAfterEither(never(), b::call),
                    (s, o, b) -> s.runAfterEitherAsync(never(), b::call),
                    (s, o, b, e) -> s.runAfterEitherAsync(never(), b::call, e)),
            of("thenCompose", (s, o, b) -> s.thenCompose(x -> stage(b)),
                    (s, o, b) -> s.thenComposeAsync(x -> stage(b)),
                    (s, o, b, e) -> s.thenComposeAsync(x -> stage(b), e)),
            of("handle", (s, o, b) -> s.handle((x, f) -> b.call()), (s, o, b) -> s.handleAsync((x, f) -> b.call()),
                    (s, o, b, e) -> s.handleAsync((x, f) -> b.call(), e)),
            of("whenComplete", (s, o, b) -> s.whenComplete((x, f) -> b.call()),
                    (s, o, b) -> s.whenCompleteAsync((x, f) -> b.call()),
                    (s, o, b, e) -> s.whenCompleteAsync((x, f) -> b.call(), e)),
            new Dependent("exceptionally", true, (s, o, b) -> s.exceptionally(f -> b.call()),
                    (s, o, b) -> s.exceptionallyAsync(f -> b.call()),
                    (s, o, b, e) -> s.exceptionallyAsync(f -> b.call(), e)),
            new Dependent("exceptionallyCompose", true, (s, o, b) -> s.exceptionallyCompose(f -> stage(b)),
                    (s, o, b) -> s.exceptionallyComposeAsync(f -> stage(b)),
                    (s, o, b, e) -> s.exceptionallyComposeAsync(f -> stage(b), e)));

    private static CompletionStage<@Nullable Object> never() {
        return new CompletableFuture<>();
    }
}
