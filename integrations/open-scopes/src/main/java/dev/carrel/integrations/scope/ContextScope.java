package dev.carrel.integrations.scope;

import java.util.Objects;

import dev.carrel.context.Context;

/**
 * A context that is current on this thread from {@link #open} until {@link #close}, or until another is bound within it:
 * the innermost always holds, whether it is a scope or the block of {@link Context#run}.
 *
 * {@snippet :
 * try (var scope = ContextScope.open(context)) {
 *     // on this thread, context is current
 * }
 * }
 *
 * Mistakes are put right and logged, and cost nobody their context. Closed before a scope that was opened later: that one
 * stays current until it is closed too. Closed on another thread: ends on its own thread, and changes nothing on the other.
 * Left open in a block: closed when the block ends. Left open and forgotten: closed when the thread next looks, after the
 * garbage collector has noticed. Threads that are started meanwhile inherit nothing.
 */
public final class ContextScope implements AutoCloseable {
    private final Opened opened;

    private ContextScope(Context context) {
        this.opened = Stack.open(context, this);
    }

    /** Makes {@code context} current on this thread. */
    public static ContextScope open(Context context) {
        return new ContextScope(Objects.requireNonNull(context, "context"));
    }

    /** Makes current what was so before. A second call does nothing. */
    @Override
    public void close() {
        Stack.close(opened);
    }

    @Override
    public String toString() {
        return opened.toString();
    }
}
