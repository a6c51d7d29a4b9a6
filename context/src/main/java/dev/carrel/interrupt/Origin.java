package dev.carrel.interrupt;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;

/**
 * Whose code something is that is called later, on whatever thread: the context and the piece of work in which it was
 * registered. It runs in that context, and the interrupts that reach it are those of that work.
 */
public record Origin(Context context, Handshake work) {
    /** What the code that runs here registers on the other side of this boundary. */
    public static Origin here(Boundary boundary) {
        return new Origin(Context.current().across(boundary), Handshake.innermost());
    }

    /** Runs {@code body}. */
    public void run(Runnable body) {
        this.<@Nullable Void, RuntimeException>call(() -> {
            body.run();
            return null;
        });
    }

    /** Calls {@code body}, and returns or throws what it does. */
    public <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        return work.<R, X>resume(() -> context.<R, X>call(body));
    }
}
