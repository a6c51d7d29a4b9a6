package dev.carrel.tck.context;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.carrel.context.Context;

/** The eight ways to submit to an executor. */
final class ExecutorHops {
    private static final String NO_HANDLE = "execute hands nothing back";

    private ExecutorHops() {}

    /** One way to submit. */
    @FunctionalInterface
    interface Way {
        Handed start(ExecutorService executor, Callable<Object> task, Duration limit) throws Exception;
    }

    static List<Hop> of(ExecutorContract contract) {
        return List.of(
                hop(contract, "execute", ExecutorHops::execute).silent().without(Cell.CANCEL, NO_HANDLE)
                        .without(Cell.TIME_OUT, NO_HANDLE),
                hop(contract, "submit(Runnable)",
                        (executor, task, limit) -> handed(executor.submit(runnable(task)), limit)),
                hop(contract, "submit(Runnable, T)",
                        (executor, task, limit) -> handed(executor.submit(runnable(task), "result"), limit)),
                hop(contract, "submit(Callable)", (executor, task, limit) -> handed(executor.submit(task), limit)),
                hop(contract, "invokeAll", (executor, task, limit) -> Caller.start(
                        () -> results(executor.invokeAll(List.of(() -> "first", task))))).without(Cell.TIME_OUT,
                                "invokeAll without a limit waits for ever"),
                hop(contract, "invokeAll(timed)", (executor, task, limit) -> Caller.start(() -> results(
                        executor.invokeAll(List.of(() -> "first", task), limit.toNanos(), TimeUnit.NANOSECONDS))))
                        .interruptingLate(),
                hop(contract, "invokeAny",
                        (executor, task, limit) -> Caller.start(() -> executor.invokeAny(List.of(task)))).without(
                                Cell.TIME_OUT, "invokeAny without a limit waits for ever"),
                hop(contract, "invokeAny(timed)", (executor, task, limit) -> Caller.start(
                        () -> executor.invokeAny(List.of(task), limit.toNanos(), TimeUnit.NANOSECONDS)))
                        .interruptingLate());
    }

    static Hop hop(ExecutorContract contract, String name, Way way) {
        return Hop.of(name, setting -> new OnExecutor(contract, switch (setting) {
            case ROOMY -> contract.executor();
            case FULL -> contract.bounded();
            case CALLER_RUNS -> contract.callerRuns();
        }, way)).expecting(contract::expected);
    }

    private static Handed execute(ExecutorService executor, Callable<Object> task, Duration limit) {
        var done = new CountDownLatch(1);
        executor.execute(() -> {
            try {
                runnable(task).run();
            } finally {
                done.countDown();
            }
        });
        return () -> done.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    static Runnable runnable(Callable<Object> task) {
        return () -> {
            try {
                task.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
    }

    private static List<Object> results(List<Future<Object>> futures) throws Exception {
        List<Object> results = new ArrayList<>();
        for (Future<Object> future : futures) {
            results.add(future.get());
        }
        return results;
    }

    static Handed handed(Future<?> future, Duration limit) {
        return new Handed() {
            @Override
            public void await() throws Exception {
                future.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            }

            @Override
            public void cancel() {
                future.cancel(true);
            }
        };
    }

    private record OnExecutor(ExecutorContract contract, ExecutorService executor, Way way) implements Subject {
        @Override
        public Handed start(Callable<Object> task, Duration limit) throws Exception {
            return way.start(executor, task, limit);
        }

        @Override
        public void occupy(Runnable task) {
            executor.execute(task);
        }

        @Override
        public Context expectedOfOccupant(Context submitter) {
            return contract.expected(submitter);
        }

        @Override
        public void shutdown() {
            executor.shutdown();
        }

        @Override
        public Optional<List<Runnable>> shutdownNow() {
            return Optional.of(executor.shutdownNow());
        }

        @Override
        public Optional<Executor> beneath() {
            return contract.beneath(executor);
        }

        @Override
        public void close() {
            executor.shutdownNow();
            Waiting.terminated(executor);
        }
    }
}
