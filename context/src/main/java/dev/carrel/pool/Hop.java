package dev.carrel.pool;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.error.EndedContextException;

/**
 * A task as what it submits sees it: which pool it holds a thread of, and where it was submitted. Travels in the context,
 * across other pools and executors too. Thread-safe.
 */
final class Hop {
    /** The innermost task that the running work is part of. Bound by its pool; ends with the task. */
    private static final ContextKey<Hop> KEY = ContextKey.of("task", Kind.TASK);

    private final TaskPool pool;
    private final TaskState state;
    private final @Nullable SubmitSite site;
    private volatile @Nullable Hop before;
    private volatile @Nullable Run run;

    Hop(TaskPool pool, TaskState state, @Nullable SubmitSite site, @Nullable Hop before) {
        this.pool = pool;
        this.state = state;
        this.site = site;
        this.before = before;
    }

    /** The task that the context belongs to; null if to none, or to one that has ended. */
    static @Nullable Hop of(Context context) {
        try {
            return context.find(KEY).orElse(null);
        } catch (EndedContextException ended) {
            return null; // left behind by its task: nobody waits for what it submits
        }
    }

    Context bind(Context context) {
        return context.with(KEY, this);
    }

    /** The task on its thread; null while it has none. */
    @Nullable
    Run run() {
        return run;
    }

    /** The task takes a thread, or with null leaves it. */
    void runs(@Nullable Run now) {
        run = now;
    }

    @Nullable
    SubmitSite site() {
        return site;
    }

    /** The failure, with which it leaves where this task was submitted, if its pool does that. */
    <X extends Throwable> X traced(X failure) {
        if (site != null && pool.settings().submitTraces()) {
            site.attachTo(failure);
        }
        return failure;
    }

    /** Whether this task, or one that it is a part of, runs in {@code other}. */
    boolean within(TaskPool other) {
        for (Hop hop = this; hop != null; hop = hop.before()) {
            if (hop.pool == other && hop.running()) {
                return true;
            }
        }
        return false;
    }

    private boolean running() {
        return state.status() == TaskStatus.RUNNING;
    }

    /** Forgets those that have ended, so that a task which starts the next, for ever, does not grow a chain. */
    private @Nullable Hop before() {
        Hop hop = before;
        while (hop != null && !hop.running()) {
            hop = hop.before;
        }
        before = hop;
        return hop;
    }
}
