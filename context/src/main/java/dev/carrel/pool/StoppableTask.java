package dev.carrel.pool;

/**
 * A task for {@link TaskPool#execute} or {@link TaskPool#submit(Runnable)} that has something to tell when the pool ends it
 * before it has ended by itself: where nobody waits for the {@link PooledTask}, nobody else would learn that it never runs, or
 * that it is no longer waited for.
 */
public interface StoppableTask extends Runnable {
    /**
     * Called once, on a thread of its own and in no context, when the task was cancelled or out of time, whether it had begun
     * or not.
     *
     * @param why a {@link java.util.concurrent.CancellationException} or a {@link dev.carrel.error.DeadlineException}
     */
    void stopped(Throwable why);
}
