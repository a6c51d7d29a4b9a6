package dev.carrel.tck.context;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** An executor whose author forgot something: what becomes of each task is said by a function. */
final class BrokenExecutor extends AbstractExecutorService {
    private final ExecutorService delegate;
    private final UnaryOperator<Runnable> mistake;

    BrokenExecutor(ExecutorService delegate, UnaryOperator<Runnable> mistake) {
        this.delegate = delegate;
        this.mistake = mistake;
    }

    @Override
    public void execute(Runnable task) {
        delegate.execute(mistake.apply(task));
    }

    @Override
    public void shutdown() {
        delegate.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return Collections.unmodifiableList(delegate.shutdownNow());
    }

    @Override
    public boolean isShutdown() {
        return delegate.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return delegate.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return delegate.awaitTermination(timeout, unit);
    }
}
