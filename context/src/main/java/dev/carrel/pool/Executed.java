package dev.carrel.pool;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/** The work of a task without a result, so that a {@link StoppableTask} can be told. */
record Executed(Runnable task) implements Callable<@Nullable Object> {
    @Override
    public @Nullable Object call() {
        task.run();
        return null;
    }
}
