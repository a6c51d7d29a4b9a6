package dev.carrel.context;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.spi.BindingListener;
import dev.carrel.context.spi.OpenScopes;

/**
 * The bridges that are there. Found once and kept in constants: where there is none, {@link #PRESENT} is false and the
 * compiler leaves all of this out.
 */
final class Bridges {
    static final @Nullable OpenScopes OPEN = openScopes();
    private static final BindingListener[] LISTENERS = load(BindingListener.class).toArray(BindingListener[]::new);
    static final boolean PRESENT = OPEN != null || LISTENERS.length > 0;

    private Bridges() {}

    private static @Nullable OpenScopes openScopes() {
        List<OpenScopes> found = load(OpenScopes.class);
        if (found.size() > 1) {
            throw new IllegalStateException(
                    "there are several providers of open scopes, and the innermost of two kinds "
                            + "cannot be told: " + found + ". Leave one on the class path.");
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private static <S> List<S> load(Class<S> service) {
        List<S> found = new ArrayList<>();
        ServiceLoader.load(service, Context.class.getClassLoader()).forEach(found::add);
        return found;
    }

    /** Calls {@code body}, with every bridge in line with {@code context}, which is bound already. */
    static <R extends @Nullable Object, X extends Throwable> R call(Context context,
            ScopedValue.CallableOp<? extends R, X> body) throws X {
        Object hidden = OPEN == null ? null : OPEN.blockBegins();
        try {
            BindingListener.Undo[] undo = new BindingListener.Undo[LISTENERS.length];
            try {
                for (int i = 0; i < undo.length; i++) {
                    undo[i] = LISTENERS[i].bound(context);
                }
                return body.call();
            } finally {
                undo(undo);
            }
        } finally {
            if (OPEN != null) {
                OPEN.blockEnds(hidden);
            }
        }
    }

    /** In reverse, and all of them: one that throws must not keep another user's values on this thread. */
    private static void undo(BindingListener.@Nullable Undo[] undo) {
        for (int i = undo.length - 1; i >= 0; i--) {
            BindingListener.Undo one = undo[i];
            if (one != null) {
                try {
                    one.undo();
                } catch (RuntimeException | Error e) {
                    System.getLogger(Bridges.class.getName()).log(System.Logger.Level.ERROR,
                            "the bridge " + LISTENERS[i] + " failed to put back what was there", e);
                }
            }
        }
    }
}
