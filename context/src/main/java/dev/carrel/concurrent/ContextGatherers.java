package dev.carrel.concurrent;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Function;
import java.util.stream.Gatherer;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;

/** Gatherers that carry the context: see {@link Gatherer}. Thread-safe: it has no state. */
public final class ContextGatherers {
    private ContextGatherers() {}

    /**
     * {@link java.util.stream.Gatherers#mapConcurrent}, the functions of which run in the context in which this is called,
     * across {@link Boundary#FORK}, and not in none. In order; at most {@code maxConcurrency} results are under way or wait
     * to be taken. The first failure, of whichever item, ends the stream at once.
     *
     * <p>Otherwise as {@link Concurrent#map(Iterable, int, Function)}, but for one thing: when the stream's source, or a step
     * before this one, throws, a gatherer is not told. What is under way then is neither interrupted nor cancelled; it goes
     * on until it returns, or until the context's own cancellation or deadline ends it. Where a source may fail, collect it
     * first, and map that. Make one for each stream: it holds its caller's context.
     *
     * @throws IllegalArgumentException if {@code maxConcurrency} is not positive
     */
    public static <A extends @Nullable Object, R extends @Nullable Object> Gatherer<A, ?, R> mapConcurrent(
            int maxConcurrency, Function<? super A, ? extends R> function) {
        Concurrent.requirePositive(maxConcurrency);
        Objects.requireNonNull(function, "function");
        // Now, since the stream may be consumed later and by somebody else, on another thread.
        Context captured = Context.current().across(Boundary.FORK);
        return Gatherer.<A, Window<A, R>, R>ofSequential(() -> new Window<>(captured, maxConcurrency, function),
                Gatherer.Integrator.of(Window::integrate), Window::finish);
    }

    /** The forks whose results have not been handed on, in order. */
    private static final class Window<A extends @Nullable Object, R extends @Nullable Object> {
        private final Context context;
        private final int limit;
        private final Forks<A, R> forks;
        private final Queue<Forks.Fork<R>> waiting = new ArrayDeque<>();

        Window(Context context, int limit, Function<? super A, ? extends R> function) {
            this.context = context;
            this.limit = limit;
            this.forks = new Forks<>(context.cancellation(), function);
        }

        boolean integrate(A item, Gatherer.Downstream<? super R> downstream) {
            boolean more = false;
            try {
                waiting.add(forks.start(context.across(Boundary.FORK), item));
                more = handOn(limit - 1, downstream);
            } finally {
                if (!more) {
                    forks.close();
                }
            }
            return more;
        }

        void finish(Gatherer.Downstream<? super R> downstream) {
            try (forks) {
                handOn(0, downstream);
            }
        }

        /** What is done, and more until at most {@code left} are left; false if nobody wants more. */
        private boolean handOn(int left, Gatherer.Downstream<? super R> downstream) {
            while (!downstream.isRejecting()) {
                Forks.Fork<R> first = waiting.peek();
                if (first == null || (waiting.size() <= left && !forks.isDone(first))) {
                    return true;
                }
                R result = forks.result(waiting.remove());
                if (!downstream.push(result)) {
                    return false;
                }
            }
            return false;
        }
    }
}
