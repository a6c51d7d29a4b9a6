package dev.carrel.tck.context;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;

/** Every way in which a future is given a function. */
final class FutureHops {
    private static final String ALWAYS_ROOM = "a function that names no executor always finds a thread";
    private static final Map<Cell, String> NO_EXECUTOR = Map.of(Cell.REJECTION, ALWAYS_ROOM, Cell.SHUTDOWN,
            ALWAYS_ROOM);
    private static final String THREADS = "it runs on threads of its own";
    private static final String CLOCK = "the clock hands it on, and need tell nobody what becomes of it";
    private static final Map<Cell, String> BY_THE_CLOCK = Map.of(Cell.REJECTION, CLOCK, Cell.SHUTDOWN, CLOCK,
            Cell.CALLER_RUNS, CLOCK);
    private static final String NO_HANDLE = "execute hands nothing back";
    private static final String AT_ONCE = "it runs inside the call that registers it";

    private FutureHops() {}

    /** Registers the task as a function; the future is completed by somebody else. */
    @FunctionalInterface
    private interface Registration {
        Registered register(Dependent.Body body, Executor executor);
    }

    /**
     * A function that is registered.
     *
     * @param complete what makes it run; empty if that comes by itself
     */
    private record Registered(CompletionStage<?> stage, Optional<Runnable> complete) {}

    static List<Hop> of(FutureContract contract) {
        List<Hop> hops = new ArrayList<>();
        for (Dependent dependent : Dependent.ALL) {
            hops.add(synchronous(contract, dependent.name(), (body, executor) -> registered(contract, dependent,
                    (source, other) -> dependent.synchronous().register(source, other, body))));
            hops.add(byDefault(contract, dependent.name() + "Async", (body, executor) -> registered(contract, dependent,
                    (source, other) -> dependent.async().register(source, other, body))));
        }
        hops.addAll(onExecutor(contract));
        hops.addAll(starting(contract));
        hops.addAll(derived(contract));
        hops.add(hop(contract, "delayedExecutor, execute",
                (body, executor) -> executed(contract.delayedExecutor(1, TimeUnit.MILLISECONDS), body))
                .without(BY_THE_CLOCK).without(Cell.CANCEL, NO_HANDLE));
        return hops;
    }

    /** Those in which the function names an executor. */
    static List<Hop> onExecutor(FutureContract contract) {
        List<Hop> hops = new ArrayList<>();
        for (Dependent dependent : Dependent.ALL) {
            hops.add(onExecutor(contract, dependent.name() + "Async(executor)",
                    (body, executor) -> registered(contract, dependent,
                            (source, other) -> dependent.asyncOn().register(source, other, body, executor))));
        }
        hops.add(onExecutor(contract, "supplyAsync(executor)",
                (body, executor) -> new Registered(contract.supplyAsync(body::call, executor), Optional.empty())));
        hops.add(onExecutor(contract, "runAsync(executor)",
                (body, executor) -> new Registered(contract.runAsync(body::call, executor), Optional.empty())));
        hops.add(onExecutor(contract, "completeAsync(executor)",
                (body, executor) -> new Registered(contract.incomplete().completeAsync(body::call, executor),
                        Optional.empty())));
        hops.add(onExecutor(contract, "delayedExecutor(executor), execute",
                (body, executor) -> executed(contract.delayedExecutor(1, TimeUnit.MILLISECONDS, executor), body))
                .without(BY_THE_CLOCK).without(Cell.CANCEL, NO_HANDLE));
        hops.add(onExecutor(contract, "delayedExecutor(executor), supplyAsync",
                (body, executor) -> new Registered(
                        contract.supplyAsync(body::call,
                                contract.delayedExecutor(1, TimeUnit.MILLISECONDS, executor)),
                        Optional.empty()))
                .without(BY_THE_CLOCK));
        return hops;
    }

    private static List<Hop> starting(FutureContract contract) {
        return List.of(
                byDefault(contract, "supplyAsync",
                        (body, executor) -> new Registered(contract.supplyAsync(body::call), Optional.empty())),
                byDefault(contract, "runAsync",
                        (body, executor) -> new Registered(contract.runAsync(body::call), Optional.empty())),
                byDefault(contract, "completeAsync",
                        (body, executor) -> new Registered(contract.incomplete().completeAsync(body::call),
                                Optional.empty())),
                atOnce(contract, "completedStage, thenApply",
                        (body, executor) -> new Registered(contract.completedStage("x").thenApply(x -> body.call()),
                                Optional.empty())),
                atOnce(contract, "failedStage, exceptionally",
                        (body, executor) -> new Registered(
                                contract.failedStage(new IllegalStateException("meant to")).exceptionally(
                                        failure -> body.call()),
                                Optional.empty())));
    }

    private static List<Hop> derived(FutureContract contract) {
        return List.of(
                synchronous(contract, "minimalCompletionStage, thenApply", (body, executor) -> after(contract,
                        source -> source.minimalCompletionStage().thenApply(x -> body.call()))),
                synchronous(contract, "copy, thenApply",
                        (body, executor) -> after(contract, source -> source.copy().thenApply(x -> body.call()))),
                synchronous(contract, "newIncompleteFuture, thenApply", (body, executor) -> {
                    CompletableFuture<Object> next = contract.incomplete().newIncompleteFuture();
                    return new Registered(next.thenApply(x -> body.call()), Optional.of(() -> next.complete("x")));
                }),
                synchronous(contract, "allOf, thenRun", (body, executor) -> after(contract,
                        source -> contract.allOf(source, contract.incomplete().copy().completeAsync(() -> "y"))
                                .thenRun(body::call)))
                        .without(Cell.CALLER_RUNS, "whichever comes last runs it"),
                synchronous(contract, "anyOf, thenAccept",
                        (body, executor) -> after(contract,
                                source -> contract.anyOf(source, contract.incomplete()).thenAccept(x -> body.call()))),
                synchronous(contract, "of, thenApply", (body, executor) -> {
                    var foreign = new CompletableFuture<Object>();
                    return new Registered(contract.of(foreign).thenApply(x -> body.call()),
                            Optional.of(() -> foreign.complete("x")));
                }),
                synchronous(contract, "orTimeout, exceptionally", (body, executor) -> byTheClock(contract,
                        source -> source.exceptionally(failure -> body.call()),
                        source -> source.orTimeout(1, TimeUnit.MILLISECONDS)))
                        .without(Cell.CALLER_RUNS, "the clock completes it"),
                synchronous(contract, "completeOnTimeout, thenApply", (body, executor) -> byTheClock(contract,
                        source -> source.thenApply(x -> body.call()),
                        source -> source.completeOnTimeout("x", 1, TimeUnit.MILLISECONDS)))
                        .without(Cell.CALLER_RUNS, "the clock completes it"));
    }

    private static Registered executed(Executor delayed, Dependent.Body body) {
        var done = new CompletableFuture<Object>();
        delayed.execute(() -> {
            try {
                done.complete(body.call());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return new Registered(done, Optional.empty());
    }

    /** Makes a stage of a source. */
    private interface Deriving {
        CompletionStage<?> derive(CompletableFuture<Object> source);
    }

    private static Registered after(FutureContract contract, Deriving deriving) {
        CompletableFuture<Object> source = contract.incomplete();
        return new Registered(deriving.derive(source), Optional.of(() -> source.complete("x")));
    }

    /** The function first: on a slow machine the clock would else be before it, and whoever registers it would run it. */
    private static Registered byTheClock(FutureContract contract, Deriving deriving, Deriving limiting) {
        CompletableFuture<Object> source = contract.incomplete();
        CompletionStage<?> stage = deriving.derive(source);
        var unused = limiting.derive(source);
        return new Registered(stage, Optional.empty());
    }

    /** Makes a stage of two sources. */
    private interface Combining {
        CompletionStage<?> combine(CompletableFuture<Object> source, CompletableFuture<Object> other);
    }

    private static Registered registered(FutureContract contract, Dependent dependent, Combining combining) {
        CompletableFuture<Object> source = contract.incomplete();
        CompletableFuture<Object> other = contract.incomplete();
        CompletionStage<?> stage = combining.combine(source, other);
        return new Registered(stage, Optional.of(() -> {
            other.complete("y");
            if (dependent.afterFailure()) {
                source.completeExceptionally(new IllegalStateException("meant to"));
            } else {
                source.complete("x");
            }
        }));
    }

    /** Runs on whoever completes the source, who must not be interrupted by a cancel. */
    private static Hop synchronous(FutureContract contract, String name, Registration way) {
        return hop(contract, name, way).without(NO_EXECUTOR).sparingCancelled();
    }

    private static Hop byDefault(FutureContract contract, String name, Registration way) {
        Hop hop = hop(contract, name, way).without(NO_EXECUTOR).without(Cell.CALLER_RUNS, THREADS);
        return contract.interruptsByDefault() ? hop : hop.sparingCancelled();
    }

    private static Hop onExecutor(FutureContract contract, String name, Registration way) {
        Hop hop = hop(contract, name, way).expecting(contract::expectedOnExecutor);
        return contract.interruptsOnExecutor() ? hop : hop.sparingCancelled();
    }

    private static Hop atOnce(FutureContract contract, String name, Registration way) {
        return Hop.of(name, setting -> new OnFuture(contract, setting, way) {
            @Override
            public Handed start(Callable<Object> task, Duration limit) {
                return Caller.start(() -> way.register(body(task), executor()).stage().toCompletableFuture().get());
            }
        }).without(NO_EXECUTOR).without(Map.of(Cell.CANCEL, AT_ONCE, Cell.TIME_OUT, AT_ONCE));
    }

    private static Hop hop(FutureContract contract, String name, Registration way) {
        return Hop.of(name, setting -> new OnFuture(contract, setting, way));
    }

    private static Dependent.Body body(Callable<Object> task) {
        return () -> {
            ExecutorHops.runnable(task).run();
            return "done";
        };
    }

    /** A future, and a pool for those functions that name one. */
    private static class OnFuture implements Subject {
        private final ExecutorService pool;
        private final Optional<Executor> beneath;
        private final ExecutorService executor;
        private final Registration way;

        OnFuture(FutureContract contract, Setting setting, Registration way) {
            Optional<ExecutorService> own = contract.pool(setting);
            this.pool = own.orElseGet(() -> Pools.plain(setting));
            this.beneath = own.isPresent() ? Optional.empty() : Optional.of(pool);
            this.executor = contract.executor(pool);
            this.way = way;
        }

        Executor executor() {
            return executor;
        }

        @Override
        public Handed start(Callable<Object> task, Duration limit) {
            Registered registered = way.register(body(task), executor);
            CompletableFuture<?> future = registered.stage().toCompletableFuture();
            @Nullable
            Handed completer = registered.complete().map(FutureHops::completer).orElse(null);
            Handed handed = ExecutorHops.handed(future, limit);
            return new Handed() {
                @Override
                public void await() throws Exception {
                    handed.await();
                    if (completer != null) {
                        completer.await();
                    }
                }

                @Override
                public void cancel() {
                    handed.cancel();
                }

                @Override
                public Thread caller() {
                    return completer == null ? Thread.currentThread() : completer.caller();
                }
            };
        }

        @Override
        public void occupy(Runnable task) {
            pool.execute(Context.current().wrap(task));
        }

        @Override
        public void shutdown() {
            pool.shutdown();
        }

        @Override
        public Optional<Executor> beneath() {
            return beneath;
        }

        @Override
        public void close() {
            pool.shutdownNow();
            Waiting.terminated(pool);
        }
    }

    /** Completes a future in the middle of another user's work. */
    private static Handed completer(Runnable complete) {
        return Asker.BOB.context().call(() -> Caller.start(() -> {
            complete.run();
            return "completed";
        }));
    }
}
