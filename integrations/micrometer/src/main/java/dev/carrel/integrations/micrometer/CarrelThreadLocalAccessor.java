package dev.carrel.integrations.micrometer;

import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;
import dev.carrel.integrations.scope.PairedScopes;

/**
 * Shows the whole {@link Context} to Micrometer context propagation as one value: what is captured in one place is current
 * where the snapshot is restored. Found by {@link java.util.ServiceLoader}. Thread-safe.
 *
 * <ul>
 * <li>The root is a value like any other and never missing. A snapshot that was taken where nothing was bound restores
 * exactly that, also with {@code clearMissing(false)}: it never leaves in place what its thread was in the middle of.
 * <li>A snapshot is a hand-over: what is captured has crossed {@link Boundary#EXECUTOR}. Capturing fails
 * where a value is bound that must not.
 * </ul>
 */
public final class CarrelThreadLocalAccessor implements ThreadLocalAccessor<Object> {
    /** The key under which snapshots, and Reactor's context views, hold a context; {@link #context} reads what is there. */
    public static final String KEY = "dev.carrel.context";

    /**
     * Micrometer reads a value for two purposes and does not say for which: to hand it on, and to restore it here.
     *
     * @param here for the latter, the very object
     * @param there for the former
     */
    private record Captured(Context here, Context there) {
        /** Of one context, however it was copied: Reactor compares snapshots to see whether it has to restore one. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Captured that && here == that.here;
        }

        @Override
        public int hashCode() {
            return here.hashCode();
        }

        @Override
        public String toString() {
            return there.toString();
        }
    }

    /** For the loader. */
    public CarrelThreadLocalAccessor() {}

    /**
     * The context that a value under {@link #KEY} stands for: a {@link Context} that an application put there, or what this
     * class captured.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Context context(Object value) {
        return switch (value) {
            case Context context -> context;
            case Captured captured -> captured.there;
            default -> throw new IllegalArgumentException("under \"" + KEY + "\" stands a " + value.getClass().getName()
                    + ", where a " + Context.class.getName() + " was expected: another library must not use this key");
        };
    }

    @Override
    public Object key() {
        return KEY;
    }

    @Override
    public Object getValue() {
        Context here = Context.current();
        Context there = here.across(Boundary.EXECUTOR);
        return here == there ? here : new Captured(here, there);
    }

    @Override
    public void setValue(Object value) {
        PairedScopes.open(context(value));
    }

    /** A snapshot or Reactor context without one is nobody's. */
    @Override
    public void setValue() {
        PairedScopes.open(Context.root());
    }

    @Override
    public void restore(Object previous) {
        PairedScopes.restore(previous instanceof Captured captured ? captured.here : context(previous));
    }

    @Override
    public void restore() {
        PairedScopes.restore(Context.root());
    }
}
