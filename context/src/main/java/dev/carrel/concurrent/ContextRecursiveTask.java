package dev.carrel.concurrent;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.concurrent.ForkJoinTask;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;

/**
 * A {@link java.util.concurrent.RecursiveTask} that runs in the context in which it was constructed. Extend this one
 * instead; the rest of the code stays as it is.
 *
 * {@snippet :
 * final class Grade extends ContextRecursiveTask<Integer> {
 *     protected Integer compute() {
 *         var left = new Grade(firstHalf); // captures here
 *         left.fork();
 *         return new Grade(secondHalf).compute() + left.join();
 *     }
 * }
 * }
 *
 * A worker that waits in {@code join} runs other tasks meanwhile, which may be another user's; in plain Java they run in the
 * middle of the waiting task's context. What is submitted to a fork-join pool and is not of this class is not covered.
 * Crosses {@link Boundary#FORK}. Not serializable, whatever its superclass says.
 * As thread-safe as every {@link ForkJoinTask}: whoever joins it sees what it did.
 *
 * @param <V> what it answers
 */
public abstract class ContextRecursiveTask<V extends @Nullable Object> extends ForkJoinTask<V> {
    private static final long serialVersionUID = 1L;

    private final transient Context context;
    private transient @Nullable V result;

    /**
     * Captures the context of the running code.
     *
     * @throws IllegalStateException if a value is bound that must not cross
     */
    protected ContextRecursiveTask() {
        context = Context.current().across(Boundary.FORK);
    }

    /** The computation, in the context that was captured. */
    protected abstract V compute();

    @Override
    protected final boolean exec() {
        result = context.<V, RuntimeException>call(this::compute);
        return true;
    }

    @Override
    public final @Nullable V getRawResult() {
        return result;
    }

    @Override
    protected final void setRawResult(@Nullable V value) {
        result = value;
    }

    /** A context does not leave its process, and a task without one would run as nobody. */
    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException(getClass().getName());
    }
}
