package dev.carrel.context;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.spi.OpenScopes;
import dev.carrel.error.EndedContextException;
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
 * <li>At a {@link Boundary} each key does what its {@link Crossing} says; most share their value, so values should be
 * immutable.
 * <li>A value is readable as long as the {@link Lifetime} in which it was bound.
 * </ul>
 *
 * Instances are immutable and thread-safe. {@link #explain} prints what is bound here and how it came.
 * (A long file, most of it documentation: whatever one says to a context begins here.)
 */
@SuppressWarnings("EnumOrdinal") // arrays of this process are indexed by it; nothing is stored
public final class Context {
    private static final Context ROOT = new Context(new Binding<?>[0], new Lifetime[0], Cancellation.NEVER, 0, null);
    private static final ScopedValue<Context> CURRENT = ScopedValue.newInstance();

    /** Indexed by {@link ContextKey#slot()}; a slot beyond the end is an unbound one, so late keys cost nothing. */
    private final @Nullable Binding<?>[] slots;
    /** By {@link Kind}, what new values live as long as; empty or one for each kind. */
    private final @Nullable Lifetime[] lives;
    private final Cancellation cancellation;
    /** The boundaries at which some value here does something else than to be shared. */
    private final int bits;
    private final @Nullable Trail trail;
    // Both made when first asked for, perhaps twice: they are immutable, so that is harmless.
    private @Nullable Map<String, String> loggable;
    private ScopedValue.@Nullable Carrier carrier;

    private Context(@Nullable Binding<?>[] slots, @Nullable Lifetime[] lives, Cancellation cancellation, int bits,
            @Nullable Trail trail) {
        this.slots = slots;
        this.lives = lives;
        this.cancellation = cancellation;
        this.bits = bits;
        this.trail = trail;
    }

    /** The empty context: no user, no session, nothing. Where every thread starts. */
    public static Context root() {
        return ROOT;
    }

    /** The context of the running code; the root if none is bound. */
    public static Context current() {
        OpenScopes scopes = Bridges.OPEN;
        if (scopes != null) {
            Context opened = scopes.current();
            if (opened != null) {
                return opened;
            }
        }
        return CURRENT.orElse(ROOT);
    }

    /** Whether nothing at all is bound. */
    public boolean isRoot() {
        return slots.length == 0;
    }

    /**
     * The value, or the key's default, or empty.
     *
     * @throws EndedContextException if the turn, request or task that the value belonged to has ended
     */
    public <T> Optional<T> find(ContextKey<T> key) {
        Binding<T> binding = binding(key);
        if (binding == null) {
            return key.defaultValue();
        }
        if (binding.life().ended()) {
            throw binding.life().reading(key);
        }
        return Optional.of(binding.value());
    }

    /**
     * The value, or the key's default.
     *
     * @throws MissingContextException if there is neither; the message says where the chain is likely to have broken
     * @throws EndedContextException if the turn, request or task that the value belonged to has ended
     */
    public <T> T get(ContextKey<T> key) {
        Binding<T> binding = binding(key);
        return binding != null && !binding.life().ended() ? binding.value() : absent(key);
    }

    private <T> T absent(ContextKey<T> key) {
        return find(key).orElseThrow(() -> Explanation.missing(this, key));
    }

    @SuppressWarnings("unchecked")
    private <T> @Nullable Binding<T> binding(ContextKey<T> key) {
        int slot = key.slot();
        return slot < slots.length ? (Binding<T>) slots[slot] : null;
    }

    /**
     * This context and one value more, which lives as long as the innermost {@link Lifetime} of the key's kind.
     *
     * @throws IllegalArgumentException if the key is one of identity, which only an {@link Authority} binds, or if the
     *         value is of a type that is known to be mutable and the key does not say how it is copied
     */
    public <T> Context with(ContextKey<T> key, T value) {
        if (key.isIdentity()) {
            throw new IllegalArgumentException("\"" + key.name() + "\" says who is asking: only an Authority binds it "
                    + "(Authority.bind), where somebody was authenticated");
        }
        key.requireKeepable(Objects.requireNonNull(value, "value"));
        return put(key, value, "the application");
    }

    <T> Context put(ContextKey<T> key, T value, String by) {
        int slot = key.slot();
        @Nullable
        Binding<?>[] copy = Arrays.copyOf(slots, Math.max(slots.length, slot + 1));
        Lifetime life = lives.length == 0 ? null : lives[key.kind().ordinal()];
        copy[slot] = new Binding<>(key, value, life == null ? Lifetime.UNBOUNDED : life, by);
        return new Context(copy, lives, cancellation, bits | key.bits(), trail);
    }

    Context living(Lifetime life) {
        @Nullable
        Lifetime[] copy = Arrays.copyOf(lives, Kind.values().length);
        copy[life.kind().ordinal()] = life;
        return new Context(slots, copy, cancellation, bits, trail);
    }

    Context cancelledBy(Cancellation other) {
        return new Context(slots, lives, cancellation.or(other), bits, trail);
    }

    /** Nothing of this but its deadline, its cancellation and its trail. */
    Context emptied(String why) {
        return new Context(ROOT.slots, ROOT.lives, cancellation, 0, Trail.add(trail, why, List.of()));
    }

    /** This context under a deadline; the earlier one holds if it has one already. */
    public Context withDeadline(Deadline deadline) {
        return new Context(slots, lives, cancellation.until(deadline), bits, trail);
    }

    /** The moment at which this work is no longer wanted; empty if there is none. */
    public Optional<Deadline> deadline() {
        return cancellation.deadline();
    }

    /** Whether this work is no longer wanted. */
    public Cancellation cancellation() {
        return cancellation;
    }

    /**
     * What the other side of a boundary within the process sees. {@link #wrap}, executors, futures and pools call this
     * themselves; it is for code that hands work over in a way of its own.
     *
     * @param boundary {@code FORK}, {@code EXECUTOR} or {@code BATCH}
     * @throws IllegalStateException if a value is bound that must not cross
     * @throws IllegalArgumentException for the other boundaries, which have operations of their own
     */
    public Context across(Boundary boundary) {
        if (boundary.compareTo(Boundary.EXECUTOR) > 0 && boundary != Boundary.BATCH) {
            throw new IllegalArgumentException(
                    "a context does not simply cross " + boundary + ": use detached(deadline), "
                            + "background() or a ContextCodec");
        }
        return (bits & boundary.bit()) == 0 ? this : crossed(boundary, lives, cancellation);
    }

    /**
     * The context for work that outlives its turn or request: tenant, user and session stay, and those ids of the turn and
     * the request that are declared so; what else belongs to the turn or request does not, nor do their deadline and
     * cancellation.
     *
     * @param deadline how long this work may take; nothing else ends it
     * @throws IllegalStateException if a value is bound that must not cross
     */
    public Context detached(Deadline deadline) {
        @Nullable
        Lifetime[] longer = Arrays.copyOf(lives, lives.length);
        if (longer.length > 0) {
            Arrays.fill(longer, Kind.TURN.ordinal(), longer.length, null);
        }
        return crossed(Boundary.DETACHED, longer, Cancellation.NEVER.until(deadline));
    }

    /**
     * The context for work that belongs to nobody, such as the runs of a periodic task: no user, session, turn, request,
     * deadline or cancellation. Only what belongs to the tenant stays, and what is declared to.
     *
     * @throws IllegalStateException if a value is bound that must not cross
     */
    public Context background() {
        return this == ROOT ? ROOT : crossed(Boundary.SCHEDULED, new Lifetime[0], Cancellation.NEVER);
    }

    /** For one more run of a periodic task: as this, which is its {@link #background}, with copies of its own. */
    Context anew() {
        return (bits & Boundary.SCHEDULED.bit()) == 0
                ? this
                : new Context(Crossed.of(slots, Boundary.SCHEDULED).slots(), lives, cancellation, bits, trail);
    }

    private Context crossed(Boundary boundary, @Nullable Lifetime[] newLives, Cancellation newCancellation) {
        Crossed other = Crossed.of(slots, boundary);
        return new Context(other.slots(), newLives, newCancellation, other.bits(),
                Trail.add(trail, boundary.toString(), other.changes()));
    }

    /** Runs {@code body} in this context. */
    public void run(Runnable body) {
        Objects.requireNonNull(body, "body");
        if (Bridges.PRESENT) {
            carrier().run(() -> Bridges.call(this, () -> {
                body.run();
                return null;
            }));
        } else if (isBoundHere()) {
            body.run();
        } else {
            carrier().run(body);
        }
    }

    /** Calls {@code body} in this context, and returns or throws what it does. */
    public <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        Objects.requireNonNull(body, "body");
        if (Bridges.PRESENT) {
            return carrier().<R, X>call(() -> Bridges.call(this, body));
        }
        return isBoundHere() ? body.call() : carrier().call(body);
    }

    /** Then there is nothing to bind. */
    private boolean isBoundHere() {
        return CURRENT.orElse(ROOT) == this;
    }

    /** Kept, because most contexts are bound many times. */
    private ScopedValue.Carrier carrier() {
        ScopedValue.Carrier made = carrier;
        if (made == null) {
            made = ScopedValue.where(CURRENT, this);
            carrier = made;
        }
        return made;
    }

    /**
     * A task that runs in this context, on whatever thread and in the middle of whatever it is run. Wrapping twice is
     * wrapping once: a task that was wrapped keeps the context that it has. It may be run any number of times.
     *
     * @throws IllegalStateException if a value is bound that must not cross; so do the other ways to wrap
     */
    public Runnable wrap(Runnable task) {
        Objects.requireNonNull(task, "task");
        return isBound(task) ? task : new BoundTask(across(Boundary.EXECUTOR), task);
    }

    /**
     * A task each run of which is for nobody: in the {@link #background} of this context as it is now, with copies of its own
     * of what is copied there, and as a task of its own, whose values of that kind end with it. For periodic tasks of
     * schedulers that are not {@link #propagating}, which do so by themselves. A task that was wrapped already keeps the
     * context that it has.
     */
    public Runnable wrapPeriodic(Runnable task) {
        Objects.requireNonNull(task, "task");
        return isBound(task) ? task : new PeriodicTask(background(), task);
    }

    private static boolean isBound(Runnable task) {
        return task instanceof BoundTask || task instanceof PeriodicTask;
    }

    /** A task that is called in this context, on whatever thread. */
    public <R extends @Nullable Object> Callable<R> wrap(Callable<R> task) {
        Objects.requireNonNull(task, "task");
        Context captured = across(Boundary.EXECUTOR);
        return () -> captured.call(task::call);
    }

    /** A function that runs in this context, on whatever thread. */
    public <A extends @Nullable Object, R extends @Nullable Object> Function<A, R> wrapFunction(
            Function<A, R> function) {
        Objects.requireNonNull(function, "function");
        Context captured = across(Boundary.EXECUTOR);
        return argument -> captured.<R, RuntimeException>call(() -> function.apply(argument));
    }

    /** A function of two that runs in this context, on whatever thread. */
    public <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object> BiFunction<A, B, R> wrapBiFunction(
            BiFunction<A, B, R> function) {
        Objects.requireNonNull(function, "function");
        Context captured = across(Boundary.EXECUTOR);
        return (one, other) -> captured.<R, RuntimeException>call(() -> function.apply(one, other));
    }

    /** A consumer that runs in this context, on whatever thread. */
    public <A extends @Nullable Object> Consumer<A> wrapConsumer(Consumer<A> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        Context captured = across(Boundary.EXECUTOR);
        return argument -> captured.run(() -> consumer.accept(argument));
    }

    /** A consumer of two that runs in this context, on whatever thread. */
    public <A extends @Nullable Object, B extends @Nullable Object> BiConsumer<A, B> wrapBiConsumer(
            BiConsumer<A, B> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        Context captured = across(Boundary.EXECUTOR);
        return (one, other) -> captured.run(() -> consumer.accept(one, other));
    }

    /** A supplier that runs in this context, on whatever thread. */
    public <R extends @Nullable Object> Supplier<R> wrapSupplier(Supplier<R> supplier) {
        Objects.requireNonNull(supplier, "supplier");
        Context captured = across(Boundary.EXECUTOR);
        return () -> captured.<R, RuntimeException>call(supplier::get);
    }

    /**
     * The same executor, each task of which runs in the context of whoever submitted it. Wrapping twice is wrapping
     * once, and an executor that captures by itself, such as a task pool, is left as it is; shutting the result down shuts
     * {@code executor} down. As thread-safe as {@code executor}. Where a value is bound that must not cross, submitting
     * throws an IllegalStateException.
     */
    public static ExecutorService propagating(ExecutorService executor) {
        return executor instanceof ScheduledExecutorService scheduled
                ? propagating(scheduled)
                : executor instanceof CapturingExecutor
                        ? executor
                        : new ContextExecutorService(executor, Context::current);
    }

    /**
     * The same scheduler, each one-shot task of which runs in the context of whoever submitted it, and each run of a
     * periodic one for nobody ({@link #wrapPeriodic}): hours later its user may be gone. A periodic task that is to run as
     * whoever started it is wrapped by its author ({@code scheduler.scheduleAtFixedRate(Context.current().wrap(task), ...)}).
     */
    public static ScheduledExecutorService propagating(ScheduledExecutorService executor) {
        return executor instanceof ContextScheduledExecutorService
                ? executor
                : new ContextScheduledExecutorService(executor, Context::current);
    }

    /**
     * The same executor, each task of which runs in this context, whoever submits it, unless it was {@link #wrap wrapped}.
     * To a task pool, submit in this context instead ({@code context.call(() -> pool.submit(task))}).
     */
    public ExecutorService executor(ExecutorService executor) {
        return executor instanceof ScheduledExecutorService scheduled
                ? executor(scheduled)
                : new ContextExecutorService(executor, () -> this);
    }

    /** The same scheduler, each task of which runs in this context, and each run of a periodic one in its background. */
    public ScheduledExecutorService executor(ScheduledExecutorService executor) {
        return new ContextScheduledExecutorService(executor, () -> this);
    }

    /** A new virtual thread for each task, which runs in the context of whoever submitted it. Close it after use. */
    public static ExecutorService virtualThreads() {
        return propagating(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("carrel-", 0).inheritInheritableThreadLocals(false).factory()));
    }

    /**
     * Threads of {@code factory}, each for one task, which runs in the context of whoever made the thread. The workers of a
     * {@link java.util.concurrent.ThreadPoolExecutor} start at the root nevertheless: a worker serves many, and must not
     * keep the context of whoever came first.
     *
     * <p>Not for any other pool: what a thread is for cannot be seen when it is made, so the workers of one of another class
     * (a server's, an event loop, one of your own) would keep the context of whoever happened to make them, and tasks that
     * were handed over past {@link #propagating} would run in it. Give such a pool {@code factory} itself, with
     * {@link Thread.Builder#inheritInheritableThreadLocals inheritInheritableThreadLocals(false)}, and wrap the pool.
     */
    public static ThreadFactory oneTaskThreads(ThreadFactory factory) {
        Objects.requireNonNull(factory, "factory");
        return task -> factory.newThread(ContextExecutorService.isWorker(task) ? task : current().wrap(task));
    }

    /**
     * What is bound here, by whom and with what it ends, what a key does at a boundary where that is not the standard of its kind, and
     * what the boundaries on the way did, over several lines. Values are shown only of keys that are declared loggable. For
     * people; the form may change.
     */
    public String explain() {
        return Explanation.of(this, bindings(), trail);
    }

    /** What the boundaries on the way did; null if there was none that did anything. */
    @Nullable
    Trail trail() {
        return trail;
    }

    /**
     * The values of loggable keys, as text by the key's name; not who is asking. Unmodifiable.
     *
     * @throws IllegalStateException if two loggable keys of one name are bound
     */
    public Map<String, String> loggable() {
        Map<String, String> known = loggable;
        if (known == null) {
            known = Explanation.loggable(bindings());
            loggable = known;
        }
        return known;
    }

    List<Binding<?>> bindings() {
        List<Binding<?>> bound = new ArrayList<>();
        for (Binding<?> binding : slots) {
            if (binding != null) {
                bound.add(binding);
            }
        }
        return bound;
    }

    /** The names of what is bound; never the values, which may be somebody's. */
    @Override
    public String toString() {
        List<String> names = bindings().stream().map(binding -> binding.key().name()).toList();
        return isRoot() ? "Context[root]" : "Context" + names;
    }
}
