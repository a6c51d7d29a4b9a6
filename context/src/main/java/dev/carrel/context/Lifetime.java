package dev.carrel.context;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.EndedContextException;

/**
 * One turn, request, task, session: whatever the values of a {@link Kind} live as long as. Who begins it ends it, and from
 * then on every value that was bound within it fails to be read, on whatever thread, with what ended and when.
 *
 * {@snippet :
 * try (Lifetime turn = Lifetime.begin(Kind.TURN, "turn " + id)) {
 *     turn.bind(context).with(DRAFT, draft).run(handler);
 * } // a task that the handler left behind reads DRAFT: EndedContextException
 * }
 *
 * A lifetime of the same kind inside another is a new one: values that were bound outside keep theirs. Thread-safe.
 */
public final class Lifetime implements AutoCloseable {
    /** That of values which were bound outside of any. */
    static final Lifetime UNBOUNDED = new Lifetime(Kind.TENANT, "unbounded");

    /** How it ended; the stack only in strict mode. */
    private record End(Instant at, @Nullable Throwable stack) {}

    private final Kind kind;
    private final String label;
    /** Read with every value, so a flag of its own beside {@link #end}, which is written before it. */
    private volatile boolean ended;
    private @Nullable End end;

    private Lifetime(Kind kind, String label) {
        this.kind = kind;
        this.label = label;
    }

    /**
     * A new one.
     *
     * @param label names it in messages, such as {@code turn 4711}; no user's data
     */
    public static Lifetime begin(Kind kind, String label) {
        var life = new Lifetime(Objects.requireNonNull(kind, "kind"), Objects.requireNonNull(label, "label"));
        Strict.began(life, "lifetime of " + label);
        return life;
    }

    /** The context in which values of this kind, bound from now on, live as long as this. */
    public Context bind(Context context) {
        return context.living(this);
    }

    /** Ends it; returns whether this call did. */
    public boolean end() {
        if (this == UNBOUNDED) {
            throw new IllegalStateException("this lifetime has no end");
        }
        synchronized (this) {
            if (ended) {
                return false;
            }
            end = new End(Instant.now(), Strict.enabled() ? new Throwable(label + " ended here") : null);
            ended = true;
        }
        Strict.ended(this);
        return true;
    }

    /** Whether it has ended. */
    public boolean ended() {
        return ended;
    }

    /** When it ended; empty while it lives. */
    public Optional<Instant> endedAt() {
        synchronized (this) {
            return Optional.ofNullable(end).map(End::at);
        }
    }

    /** The kind of values that live as long as this. */
    public Kind kind() {
        return kind;
    }

    /** The name in messages. */
    public String label() {
        return label;
    }

    EndedContextException reading(ContextKey<?> key) {
        End how;
        synchronized (this) {
            how = Objects.requireNonNull(end);
        }
        return new EndedContextException(
                "\"%s\" was read on thread \"%s\" after its %s had ended: %s, at %s. Work that "
                        .formatted(key.name(), Thread.currentThread().getName(), kind, label, how.at())
                        + "outlives its " + kind
                        + " runs in Context.detached(deadline) and takes what it needs along as plain "
                        + "values.",
                how.stack());
    }

    /** Ends it. */
    @Override
    public void close() {
        end();
    }

    @Override
    public String toString() {
        return "Lifetime[" + label + (ended ? ", ended]" : "]");
    }
}
