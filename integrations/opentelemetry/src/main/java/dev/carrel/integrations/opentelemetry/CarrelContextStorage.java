package dev.carrel.integrations.opentelemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Crossing;
import dev.carrel.context.Kind;
import dev.carrel.integrations.scope.ContextScope;

/**
 * Keeps OpenTelemetry's current context in Carrel's, so that there is one pointer and one innermost.
 *
 * <ul>
 * <li>A task that Carrel hands over takes OpenTelemetry's context along: a span of the handler is the parent there.
 * <li>A task that OpenTelemetry hands over ({@code Context.taskWrapping}) takes Carrel's along: what
 * {@code Context.current()} answers carries it.
 * <li>{@code makeCurrent} with a context that was captured from {@code Context.current()} brings back whose it was; with
 * one that was built from {@code Context.root()}, which says nothing about Carrel, whoever is current stays.
 * <li>{@link dev.carrel.context.Context#root()} is without a span; whoever begins there takes none along.
 * <li>Nothing of Carrel's context is baggage or goes into a propagator's headers.
 * </ul>
 *
 * Thread-safe.
 */
public final class CarrelContextStorage implements ContextStorage {
    /** The one that the provider gives; for {@code ContextStorage.addWrapper} where another provider is in the way. */
    public static final CarrelContextStorage INSTANCE = new CarrelContextStorage();

    /**
     * What is current in OpenTelemetry. Bound where something is made current there; ends with that binding: of the kind that
     * lasts longest, since OpenTelemetry knows no end of values. Periodic work takes none along.
     */
    private static final ContextKey<Attached> ATTACHED = ContextKey.<Attached>builder("opentelemetry", Kind.TENANT)
            .crossing(Boundary.SCHEDULED, Crossing.clear()).build();

    /** What was made current. */
    private static final class Attached {
        static final Attached NONE = new Attached(Context.root(), Context.root(), true);

        /** Without Carrel's part. */
        final Context plain;
        /** What OpenTelemetry sees, as long as {@link #owner} is current: the same object that was made so. */
        final Context seen;
        /** Whether there is nothing in Carrel's context but this. */
        final boolean alone;
        /** Set once, before any other thread can come by it. */
        dev.carrel.context.@Nullable Context owner;

        Attached(Context plain, Context seen, boolean alone) {
            this.plain = plain;
            this.seen = seen;
            this.alone = alone;
        }
    }

    private CarrelContextStorage() {}

    @Override
    public @Nullable Context current() {
        var carrel = dev.carrel.context.Context.current();
        return carrel == dev.carrel.context.Context.root() ? null : seen(carrel);
    }

    private static Context seen(dev.carrel.context.Context carrel) {
        Attached attached = attached(carrel);
        if (attached == null) {
            return new JoinedContext(Context.root(), JoinedContext.Part.of(carrel));
        }
        return attached.owner == carrel ? attached.seen : join(attached.plain, carrel);
    }

    private static JoinedContext join(Context plain, dev.carrel.context.Context carrel) {
        return new JoinedContext(plain, JoinedContext.Part.of(carrel.with(ATTACHED, Attached.NONE)));
    }

    private static @Nullable Attached attached(dev.carrel.context.Context carrel) {
        return carrel.find(ATTACHED).orElse(null);
    }

    @Override
    public Scope attach(@Nullable Context toAttach) {
        var before = dev.carrel.context.Context.current();
        if (toAttach == null || toAttach == current()) {
            return Scope.noop();
        }
        JoinedContext.Part part = toAttach.get(JoinedContext.PART);
        Attached attached;
        dev.carrel.context.Context base = before;
        if (part != null) {
            base = part.onThisThread();
            Context plain = toAttach instanceof JoinedContext joined ? joined.plain : toAttach;
            attached = new Attached(plain, base == part.here() ? toAttach : join(plain, base), false);
        } else if (alone(before)) {
            attached = new Attached(toAttach, toAttach, true);
        } else {
            attached = new Attached(toAttach, join(toAttach, before), false);
        }
        var opened = base.with(ATTACHED, attached);
        attached.owner = opened;
        return ContextScope.open(opened)::close;
    }

    /** Whether Carrel has nothing to carry here. */
    private static boolean alone(dev.carrel.context.Context carrel) {
        if (carrel == dev.carrel.context.Context.root()) {
            return true;
        }
        Attached attached = attached(carrel);
        return attached != null && attached.alone && attached.owner == carrel;
    }

    /**
     * Does nothing if OpenTelemetry uses this storage: worth a call at start, since it falls back to another one without
     * failing.
     *
     * @throws IllegalStateException if it does not; the message says what it uses and what to change
     */
    public static void requireInstalled() {
        var probe = dev.carrel.context.Context.root().with(ATTACHED, Attached.NONE);
        if (probe.call(() -> Context.current().get(JoinedContext.PART)) == null) {
            throw new IllegalStateException("OpenTelemetry uses " + ContextStorage.get().getClass().getName()
                    + ", where " + CarrelContextStorage.class.getName()
                    + " was expected: with several providers on the "
                    + "class path it uses none of them; name " + CarrelContextStorageProvider.class.getName()
                    + " in the system property io.opentelemetry.context.contextStorageProvider");
        }
    }
}
