package dev.carrel.pool;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/** The operations on many tasks. However they end, they leave no task of theirs behind. */
final class Bulk {
    private Bulk() {}

    /** Runs them all; those that have not ended after {@code nanos} (negative: never) are cancelled. */
    static <T extends @Nullable Object> List<Future<T>> all(TaskPool pool, Collection<? extends Callable<T>> tasks,
            long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        List<Callable<T>> copy = List.copyOf(tasks);
        List<Task<T>> submitted = new ArrayList<>(copy.size());
        try {
            for (Callable<T> task : copy) {
                submitted.add(pool.accept(task, null, false));
            }
            for (Task<T> task : submitted) {
                if (!Wait.forAny(List.of(task), nanos < 0 ? -1 : Math.max(0, end - System.nanoTime()))) {
                    break;
                }
            }
            return List.copyOf(submitted);
        } finally {
            submitted.forEach(task -> task.cancel(true));
        }
    }

    /** The result of the first to return; the others are cancelled. */
    static <T extends @Nullable Object> T any(TaskPool pool, Collection<? extends Callable<T>> tasks, long nanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        long end = System.nanoTime() + nanos;
        List<Callable<T>> copy = List.copyOf(tasks);
        if (copy.isEmpty()) {
            throw new IllegalArgumentException("there is no task of which one could be the first");
        }
        List<Task<T>> submitted = new ArrayList<>(copy.size());
        List<Task<T>> open = new ArrayList<>(copy.size());
        try {
            for (Callable<T> task : copy) {
                Task<T> one = pool.accept(task, null, false);
                submitted.add(one);
                open.add(one);
                if (one.status() == TaskStatus.DONE) {
                    return one.get();
                }
            }
            ExecutionException last = null;
            while (!open.isEmpty()) {
                if (!Wait.forAny(open, nanos < 0 ? -1 : Math.max(0, end - System.nanoTime()))) {
                    throw new TimeoutException("none of " + copy.size() + " tasks of pool \"" + pool.name()
                            + "\" has returned in time");
                }
                for (Task<T> ended : open.stream().filter(Task::isDone).toList()) {
                    open.remove(ended);
                    try {
                        return ended.get();
                    } catch (ExecutionException e) {
                        last = e;
                    } catch (CancellationException e) {
                        last = new ExecutionException(e);
                    }
                }
            }
            throw last == null ? new ExecutionException(new IllegalStateException("no task")) : last;
        } finally {
            submitted.forEach(task -> task.cancel(true));
        }
    }
}
