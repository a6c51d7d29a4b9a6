package dev.carrel.concurrent;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.concurrent.ForkJoinTask;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;

/**
 * A {@link java.util.concurrent.RecursiveAction} that runs in the context in which it was constructed: a
 * {@link ContextRecursiveTask} without a result, and as thread-safe.
 */
public abstract class ContextRecursiveAction extends ForkJoinTask<@Nullable Void> {
    private static final long serialVersionUID = 1L;

    private final transient Context context;

    /**
     * Captures the context of the running code.
     *
     * @throws IllegalStateException if a value is bound that must not cross
     */
    protected ContextRecursiveAction() {
        context = Context.current().across(Boundary.FORK);
    }

    /** The computation, in the context that was captured. */
    protected abstract void compute();

    @Override
    protected final boolean exec() {
        context.run(this::compute);
        return true;
    }

    @Override
    public final @Nullable Void getRawResult() {
        return null;
    }

    @Override
    protected final void setRawResult(@Nullable Void value) {}

    /** A context does not leave its process, and a task without one would run as nobody. */
    private void writeObject(ObjectOutputStream out) throws NotSerializableException {
        throw new NotSerializableException(getClass().getName());
    }
}
