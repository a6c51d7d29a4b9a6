package dev.carrel.integrations.scope;

import java.lang.ref.WeakReference;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.context.Strict;
import dev.carrel.context.spi.BindingListener;

/** A scope that is open on a thread. All but {@link #closed} is touched by that thread alone. */
final class Opened implements Entry {
    final Context context;
    final Context before;
    final Thread thread = Thread.currentThread();
    final int depth;
    BindingListener.Undo undo = BindingListener.Undo.NOTHING;
    /** Set by whatever thread closes it; the own thread then takes it from its stack. */
    volatile boolean closed;

    private final @Nullable Entry outer;
    /** Who can close it; null if it is paired. Nobody can any more once the garbage collector has taken this. */
    private final @Nullable WeakReference<ContextScope> handle;
    private final @Nullable Throwable where = Strict.enabled() ? new Throwable("opened here") : null;

    Opened(Context context, Context before, @Nullable Entry outer, @Nullable ContextScope handle) {
        this.context = context;
        this.before = before;
        this.outer = outer;
        this.depth = outer instanceof Opened under ? under.depth + 1 : 1;
        this.handle = handle == null ? null : new WeakReference<>(handle);
    }

    @Override
    public @Nullable Entry outer() {
        return outer;
    }

    boolean paired() {
        return handle == null;
    }

    /** Whether whoever opened it has lost it. */
    boolean lost() {
        return handle != null && handle.refersTo(null);
    }

    /** Whether it was opened in strict mode. */
    boolean remembered() {
        return where != null;
    }

    /** Logs what went wrong with this scope; with strict mode, where it was opened. */
    void report(String what) {
        System.getLogger("dev.carrel.context").log(System.Logger.Level.WARNING,
                "the scope of %s, opened on thread \"%s\", %s".formatted(context, thread.getName(), what), where);
    }

    @Override
    public String toString() {
        return "scope of " + context + (closed ? ", closed" : "");
    }
}
