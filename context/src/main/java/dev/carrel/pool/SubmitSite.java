package dev.carrel.pool;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Where a task was submitted, and where the task that did it had been, for the last few hops: a task that starts the next,
 * for ever, must not grow a chain. Frames are turned into text only when a task fails. Immutable.
 */
record SubmitSite(TaskPool pool, long task, List<StackFrame> frames, @Nullable SubmitSite before, int length) {
    static final int FRAMES = 8;
    static final int HOPS = 8;
    /** A shared exception that many tasks throw does not collect all their traces. */
    private static final int TRACES = 4;
    /** More at once than is kept: what is ours comes first. */
    private static final StackWalker WALKER = StackWalker.getInstance(Set.of(), 2 * FRAMES);
    private static final Set<String> OURS = Set.of(TaskPool.class.getName(), Bulk.class.getName(),
            Task.class.getName(), SubmitSite.class.getName());
    /** On the way of a future's function to the pool. */
    private static final List<String> BETWEEN = List.of("dev.carrel.concurrent.", "dev.carrel.context.",
            "dev.carrel.interrupt.",
            "java.util.concurrent.CompletableFuture", "java.lang.ScopedValue", "jdk.internal.vm.ScopedValue");

    /** That of the running submit. */
    static SubmitSite here(TaskPool pool, long task, @Nullable SubmitSite before) {
        List<StackFrame> frames = WALKER.walk(
                stack -> stack.dropWhile(frame -> noNews(frame.getClassName())).limit(FRAMES).toList());
        SubmitSite kept = before == null ? null : before.cut(HOPS - 1);
        return new SubmitSite(pool, task, frames, kept, kept == null ? 1 : kept.length + 1);
    }

    private static boolean noNews(String name) {
        if (OURS.contains(name)) {
            return true;
        }
        for (String prefix : BETWEEN) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private SubmitSite cut(int longest) {
        if (length <= longest) {
            return this;
        }
        return new SubmitSite(pool, task, frames, longest == 1 || before == null ? null : before.cut(longest - 1),
                longest);
    }

    private SubmitTrace trace() {
        return new SubmitTrace(pool.name(), task,
                frames.stream().map(StackFrame::toStackTraceElement).toArray(StackTraceElement[]::new),
                before == null ? null : before.trace());
    }

    /** Leaves it with {@code failure}, unless a trace of this task is there already, or those of many others. */
    void attachTo(Throwable failure) {
        synchronized (failure) { // the lock of addSuppressed
            int traces = 0;
            for (Throwable suppressed : failure.getSuppressed()) {
                if (suppressed instanceof SubmitTrace trace) {
                    traces++;
                    if (names(trace)) {
                        return;
                    }
                }
            }
            if (traces < TRACES) {
                failure.addSuppressed(trace());
            }
        }
    }

    private boolean names(SubmitTrace trace) {
        for (Throwable each = trace; each instanceof SubmitTrace known; each = known.getCause()) {
            if (known.task() == task && known.pool().equals(pool.name())) {
                return true;
            }
        }
        return false;
    }
}
