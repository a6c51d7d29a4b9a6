package dev.carrel.context;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.MissingContextException;

/**
 * An immutable set of typed values that belongs to the work now running.
 *
 * {@snippet :
 * Context.current().with(COURSE, "chemistry").run(() -> {
 *     Context.current().get(COURSE); // "chemistry", here and in everything that this calls
 * });
 * }
 *
 * <ul>
 * <li>A context is bound for a block of code and never set: when the block ends, however it ends, the binding is gone.
 * <li>Work that is handed to another thread sees what {@link #wrap}, {@link #propagating} or {@link #virtualThreads}
 * captured for it, or the root context: never what its thread was in the middle of.
 * <li>The bound values are shared by everything that runs in the block, so they should be immutable.
 * </ul>
 *
 * Instances are immutable and thread-safe.
 */
public final class Context {
    private static final Context ROOT = new Context(new Object[0], new ContextKey<?>[0]);
    private static final ScopedValue<Context> CURRENT = ScopedValue.newInstance();

    /** Indexed by {@link ContextKey#slot()}; a slot beyond the end is an unbound one, so late keys cost nothing. */
    private final @Nullable Object[] values;
    private final @Nullable ContextKey<?>[] keys;

    private Context(@Nullable Object[] values, @Nullable ContextKey<?>[] keys) {
        this.values = values;
        this.keys = keys;
    }

    /** The empty context: no user, no session, nothing. Where every thread starts. */
    public static Context root() {
        return ROOT;
    }

    /** The context of the running code; the root if none is bound. */
    public static Context current() {
        return CURRENT.orElse(ROOT);
    }

    /** Whether nothing at all is bound. */
    public boolean isRoot() {
        return this == ROOT;
    }

    /** The value, or the key's default, or empty. */
    public <T> Optional<T> find(ContextKey<T> key) {
        Optional<T> bound = Optional.ofNullable(slot(key));
        return bound.isPresent() ? bound : key.defaultValue();
    }

    /**
     * The value, or the key's default.
     *
     * @throws MissingContextException if there is neither; the message says where the chain is likely to have broken
     */
    public <T> T get(ContextKey<T> key) {
        T bound = slot(key);
        return bound != null ? bound : key.defaultValue().orElseThrow(() -> missing(key));
    }

    /**
     * This context and one value more.
     *
     * @throws IllegalArgumentException if the key is one of identity, which only an {@link Authority} binds
     */
    public <T> Context with(ContextKey<T> key, T value) {
        if (key.isIdentity()) {
            throw new IllegalArgumentException("\"" + key.name() + "\" says who is asking: only an Authority binds it "
                    + "(Authority.bind), where somebody was authenticated");
        }
        return put(key, Objects.requireNonNull(value, "value"));
    }

    <T> Context put(ContextKey<T> key, T value) {
        int length = Math.max(values.length, key.slot() + 1);
        @Nullable
        Object[] newValues = Arrays.copyOf(values, length);
        @Nullable
        ContextKey<?>[] newKeys = Arrays.copyOf(keys, length);
        newValues[key.slot()] = value;
        newKeys[key.slot()] = key;
        return new Context(newValues, newKeys);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private <T> @Nullable T slot(ContextKey<T> key) {
        return key.slot() < values.length ? (T) values[key.slot()] : null;
    }

    private MissingContextException missing(ContextKey<?> key) {
        String where = "\"%s\" was read on thread \"%s\"".formatted(key.name(), Thread.currentThread().getName());
        if (isRoot()) {
            return new MissingContextException(where + " in the root context: this work was started without one. Hand "
                    + "it over with Context.propagating(executor), Context.virtualThreads() or "
                    + "Context.current().wrap(task).");
        }
        return new MissingContextException(where + ", where " + this + " is bound and this is not: " + (key.isIdentity()
                ? "nobody is signed in here. An Authority binds it, where somebody is authenticated."
                : "bind it where its " + key.kind().name().toLowerCase(Locale.ROOT) + " begins."));
    }

    /** Runs {@code body} in this context. */
    public void run(Runnable body) {
        ScopedValue.where(CURRENT, this).run(body);
    }

    /** Calls {@code body} in this context, and returns or throws what it does. */
    public <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        return ScopedValue.where(CURRENT, this).call(body);
    }

    /** A task that runs in this context, on whatever thread and in the middle of whatever it is run. */
    public Runnable wrap(Runnable task) {
        Objects.requireNonNull(task, "task");
        return () -> run(task);
    }

    /** A task that is called in this context, on whatever thread. */
    public <R extends @Nullable Object> Callable<R> wrap(Callable<R> task) {
        Objects.requireNonNull(task, "task");
        return () -> call(task::call);
    }

    /** A function that runs in this context, on whatever thread. */
    public <A extends @Nullable Object, R extends @Nullable Object> Function<A, R> wrapFunction(
            Function<A, R> function) {
        Objects.requireNonNull(function, "function");
        return argument -> this.<R, RuntimeException>call(() -> function.apply(argument));
    }

    /** A supplier that runs in this context, on whatever thread. */
    public <R extends @Nullable Object> Supplier<R> wrapSupplier(Supplier<R> supplier) {
        Objects.requireNonNull(supplier, "supplier");
        return () -> this.<R, RuntimeException>call(supplier::get);
    }

    /**
     * The same executor, each task of which runs in the context of whoever submitted it. Wrapping twice is wrapping
     * once; shutting the result down shuts {@code executor} down.
     */
    public static ExecutorService propagating(ExecutorService executor) {
        return executor instanceof ContextExecutorService ? executor : new ContextExecutorService(executor);
    }

    /** A new virtual thread for each task, which runs in the context of whoever submitted it. Close it after use. */
    public static ExecutorService virtualThreads() {
        return propagating(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("carrel-", 0).inheritInheritableThreadLocals(false).factory()));
    }

    /** The names of what is bound; never the values, which may be somebody's. */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        for (ContextKey<?> key : keys) {
            if (key != null) {
                names.add(key.name());
            }
        }
        return names.isEmpty() ? "Context[root]" : "Context" + names;
    }
}
