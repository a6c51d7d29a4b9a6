package dev.carrel.tck.context;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Carries the context but for the one way to submit that nobody thinks of. */
final class ForgetfulExecutor extends AbstractExecutorService {
    private final ExecutorService good;
    private final ExecutorService plain;

    ForgetfulExecutor(ExecutorService good, ExecutorService plain) {
        this.good = good;
        this.plain = plain;
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        return plain.invokeAny(tasks, timeout, unit);
    }

    @Override
    public void execute(Runnable task) {
        good.execute(task);
    }

    @Override
    public void shutdown() {
        good.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return good.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return good.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return good.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return good.awaitTermination(timeout, unit);
    }
}
