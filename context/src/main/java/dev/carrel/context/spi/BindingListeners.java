package dev.carrel.context.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

import dev.carrel.context.Context;

/**
 * All listeners that are there, as one. {@link Context#run} and {@link Context#call} tell them of each block; a provider of
 * {@link OpenScopes} tells them of each scope that it opens. Thread-safe.
 */
public final class BindingListeners {
    private static final BindingListener[] ALL = ServiceLoader
            .load(BindingListener.class, Context.class.getClassLoader()).stream().map(ServiceLoader.Provider::get)
            .toArray(BindingListener[]::new);

    private BindingListeners() {}

    /** Whether there is any. */
    public static boolean present() {
        return ALL.length > 0;
    }

    /**
     * Tells all of them that {@code context}, which is current on this thread already, has been bound. What the first ones
     * did is undone if a later one throws.
     *
     * @return undoes what all of them did, in reverse; to be called once, on this thread. It throws nothing: what a
     *         listener throws is logged (logger {@code dev.carrel.context}), and the others are undone all the same
     */
    public static BindingListener.Undo bound(Context context) {
        if (ALL.length == 0) {
            return BindingListener.Undo.NOTHING;
        }
        List<BindingListener.Undo> done = new ArrayList<>(ALL.length);
        try {
            for (BindingListener listener : ALL) {
                done.add(listener.bound(context));
            }
        } catch (Throwable e) {
            undo(done);
            throw e;
        }
        return () -> undo(done);
    }

    /** All of them: one that throws must not keep another user's values on this thread. */
    private static void undo(List<BindingListener.Undo> done) {
        for (BindingListener.Undo one : done.reversed()) {
            try {
                one.undo();
            } catch (RuntimeException | Error e) {
                System.getLogger("dev.carrel.context").log(System.Logger.Level.ERROR,
                        "a bridge failed to put back what was there before a context was bound: " + one, e);
            }
        }
    }
}
