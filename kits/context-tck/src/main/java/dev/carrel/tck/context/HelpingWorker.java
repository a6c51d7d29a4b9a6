package dev.carrel.tck.context;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;

/** A pool of one worker, which runs each task because a task of another user waits for it. */
final class HelpingWorker implements Subject {
    private final ForkJoinPool pool = new ForkJoinPool(1);
    private final ForkJoinContract.Kind kind;

    HelpingWorker(ForkJoinContract.Kind kind) {
        this.kind = kind;
    }

    @Override
    public Handed start(Callable<Object> task, Duration limit) {
        ForkJoinTask<?> child = kind.task(() -> {
            ExecutorHops.runnable(task).run();
            return "done";
        });
        Future<?> parent = pool.submit(() -> Asker.BOB.context().call(() -> Trial.unchanged(() -> {
            child.fork().quietlyJoin();
            return "joined";
        })));
        Handed handed = ExecutorHops.handed(child, limit);
        return new Handed() {
            @Override
            public void await() throws Exception {
                handed.await();
                ExecutorHops.handed(parent, limit).await();
            }

            @Override
            public void cancel() {
                handed.cancel();
            }
        };
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
