package dev.carrel.context;

import java.util.List;
import java.util.ServiceLoader;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.spi.BindingListener;
import dev.carrel.context.spi.BindingListeners;
import dev.carrel.context.spi.OpenScopes;

/**
 * The bridges that are there. Found once and kept in constants: where there is none, {@link #PRESENT} is false and the
 * compiler leaves all of this out.
 */
final class Bridges {
    static final @Nullable OpenScopes OPEN = openScopes();
    static final boolean PRESENT = OPEN != null || BindingListeners.present();

    private Bridges() {}

    private static @Nullable OpenScopes openScopes() {
        List<OpenScopes> found = ServiceLoader.load(OpenScopes.class, Context.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get).toList();
        if (found.size() > 1) {
            throw new IllegalStateException(
                    "there are several providers of open scopes, and the innermost of two kinds "
                            + "cannot be told: " + found + ". Leave one on the class path.");
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    /** Calls {@code body}, with every bridge in line with {@code context}, which is bound already. */
    static <R extends @Nullable Object, X extends Throwable> R call(Context context,
            ScopedValue.CallableOp<? extends R, X> body) throws X {
        Object hidden = OPEN == null ? null : OPEN.blockBegins();
        BindingListener.Undo undo = BindingListener.Undo.NOTHING;
        try {
            undo = BindingListeners.bound(context);
            return body.call();
        } finally {
            if (OPEN != null) {
                OPEN.blockEnds(hidden, undo);
            } else {
                undo.undo();
            }
        }
    }
}
