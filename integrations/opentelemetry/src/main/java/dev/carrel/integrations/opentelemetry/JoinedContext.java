package dev.carrel.integrations.opentelemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;

/**
 * An OpenTelemetry context that carries a Carrel context. What is derived from it carries the same. The two never nest
 * deeper: neither part holds the other, or a task that starts the next, for ever, would hold all before it.
 */
final class JoinedContext implements Context {
    /** Under this key a joined context shows its Carrel part, also through another library's wrapper. */
    static final ContextKey<Part> PART = ContextKey.named("dev.carrel.context");

    /**
     * The Carrel part.
     *
     * @param here for the thread that made it: a span that is made current there is no hand-over
     * @param there for others; null if a value is bound that must not be handed over
     */
    record Part(dev.carrel.context.Context here, dev.carrel.context.@Nullable Context there, long thread) {
        static Part of(dev.carrel.context.Context here) {
            dev.carrel.context.Context there;
            try {
                there = here.across(Boundary.EXECUTOR); // now, since a copy is made when it is captured
            } catch (IllegalStateException e) {
                there = null; // whoever attaches it elsewhere is told; to read the current context must not fail
            }
            return new Part(here, there, Thread.currentThread().threadId());
        }

        dev.carrel.context.Context onThisThread() {
            if (thread == Thread.currentThread().threadId()) {
                return here;
            }
            return there != null ? there : here.across(Boundary.EXECUTOR);
        }
    }

    final Context plain;
    final Part part;

    JoinedContext(Context plain, Part part) {
        this.plain = plain;
        this.part = part;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <V> @Nullable V get(ContextKey<V> key) {
        return key == PART ? (V) part : plain.get(key);
    }

    @Override
    public <V> Context with(ContextKey<V> key, V value) {
        return new JoinedContext(plain.with(key, value), part);
    }

    @Override
    public String toString() {
        return plain + " with Carrel's " + part.here;
    }
}
