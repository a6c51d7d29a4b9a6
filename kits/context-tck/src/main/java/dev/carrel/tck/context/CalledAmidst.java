package dev.carrel.tck.context;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.UnaryOperator;

import dev.carrel.context.Context;

/** Calls what was wrapped in the middle of another user's work: on a pool, or on the caller's thread. */
final class CalledAmidst implements Subject {
    private final UnaryOperator<Callable<Object>> way;
    private final UnaryOperator<Context> expected;
    private final Setting setting;
    private final ExecutorService pool = Pools.plain(Setting.ROOMY);

    CalledAmidst(UnaryOperator<Callable<Object>> way, UnaryOperator<Context> expected, Setting setting) {
        this.way = way;
        this.expected = expected;
        this.setting = setting;
    }

    @Override
    public Handed start(Callable<Object> task, Duration limit) throws Exception {
        Callable<Object> wrapped = way.apply(task);
        Callable<Object> amidst = () -> Trial.as(Asker.BOB, wrapped);
        if (setting == Setting.CALLER_RUNS) {
            amidst.call();
            return () -> {};
        }
        return ExecutorHops.handed(pool.submit(amidst), limit);
    }

    @Override
    public void occupy(Runnable task) {
        Callable<Object> wrapped = way.apply(() -> {
            task.run();
            return "done";
        });
        pool.execute(ExecutorHops.runnable(() -> Trial.as(Asker.BOB, wrapped)));
    }

    @Override
    public Context expectedOfOccupant(Context submitter) {
        return expected.apply(submitter);
    }

    @Override
    public Optional<Executor> beneath() {
        return Optional.of(pool);
    }

    @Override
    public void close() {
        pool.shutdownNow();
        Waiting.terminated(pool);
    }
}
