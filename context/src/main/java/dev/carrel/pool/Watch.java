package dev.carrel.pool;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

import dev.carrel.pool.PoolStatus.Stuck;

/** Which tasks hold a thread, and which of them should not any more. Thread-safe. */
final class Watch {
    private static final System.Logger LOG = System.getLogger(TaskPool.class.getName());

    private static final ThreadFactory REPORTERS = Thread.ofVirtual().name("carrel-report-", 0)
            .inheritInheritableThreadLocals(false).factory();

    private final TaskPool pool;
    private final Set<Task<?>> present = ConcurrentHashMap.newKeySet();
    private final Set<Task<?>> stuck = ConcurrentHashMap.newKeySet();

    Watch(TaskPool pool) {
        this.pool = pool;
    }

    /** The task takes a thread. */
    void entered(Task<?> task) {
        present.add(task);
    }

    /** The task has left its thread. */
    void left(Task<?> task) {
        present.remove(task);
        stuck.remove(task);
    }

    /** A thread has left the pool; if it was one that had been given up, another may be given up now. */
    void threadLeft() {
        stuck.forEach(this::giveUp);
    }

    /** The task was told to stop just now. */
    void over(Task<?> task) {
        // Not on the timer's thread: a stack and a log line may take their time, and other timers wait.
        pool.settings().time().after(pool.settings().grace(), () -> REPORTERS.newThread(() -> report(task)).start());
    }

    private void report(Task<?> task) {
        Thread thread = task.handshake().thread().orElse(null);
        if (thread == null || !stuck.add(task)) {
            return;
        }
        if (task.handshake().thread().isEmpty()) {
            stuck.remove(task); // it left in between
            return;
        }
        var here = new IllegalStateException("thread " + thread.getName() + " is here");
        here.setStackTrace(thread.getStackTrace());
        LOG.log(Level.WARNING, "task %d of pool \"%s\" did not stop within %d ms of being asked to".formatted(task.id(),
                pool.name(), pool.settings().grace().toMillis()), here);
        PoolEvents.stuck(task, thread, here);
        giveUp(task);
    }

    private void giveUp(Task<?> task) {
        task.slot().ifPresent(slot -> {
            if (pool.slots().abandon(slot, task)) {
                pool.startNext();
            }
        });
    }

    List<Stuck> stuck() {
        List<Stuck> all = new ArrayList<>();
        for (Task<?> task : stuck) {
            task.handshake().thread().ifPresent(thread -> all.add(new Stuck(task.id(), thread.getName(),
                    task.times().sinceEnd(), List.of(thread.getStackTrace()))));
        }
        return all;
    }

    /** Cancels all; the work of those that had not begun. */
    List<Runnable> stopAll() {
        List<Runnable> leftOver = new ArrayList<>();
        for (Task<?> queued : pool.slots().drain()) {
            leftOver.add(queued.leftOver());
            queued.cancel(false);
        }
        present.forEach(task -> task.cancel(true));
        return leftOver;
    }

    /** Reports all that are still there. */
    void reportAll() {
        present.forEach(this::report);
    }
}
