package dev.carrel.concurrent;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;

/**
 * One function, many items, at the same time: what to use instead of a parallel stream, whose functions see the caller's
 * context on some of their threads and none, or another user's, on others.
 *
 * {@snippet :
 * List<Answer> answers = Concurrent.map(questions, 8, model::answer); // each in the context of this call
 * }
 *
 * Thread-safe: it has no state.
 */
public final class Concurrent {
    private Concurrent() {}

    /**
     * The results of {@code function}, in the order of the items. Each item has a virtual thread of its own and runs in the
     * context of this call, across {@link Boundary#FORK}; at most {@code maxConcurrency} run at once.
     *
     * <p>When one fails, or this thread is interrupted, or the context's cancellation is asked for or its deadline passes,
     * the others are interrupted and see their {@link dev.carrel.context.Cancellation} asked for; nobody waits for those
     * that go on nevertheless.
     *
     * @return unmodifiable
     * @throws IllegalArgumentException if {@code maxConcurrency} is not positive
     * @throws dev.carrel.error.CancelledException if this thread was interrupted, which it then still is, or the work was
     *         cancelled
     * @throws dev.carrel.error.DeadlineException if the deadline passed
     */
    public static <A extends @Nullable Object, R extends @Nullable Object> List<R> map(Iterable<? extends A> items,
            int maxConcurrency, Function<? super A, ? extends R> function) {
        Objects.requireNonNull(items, "items");
        requirePositive(maxConcurrency);
        Objects.requireNonNull(function, "function");
        try (var forks = new Forks<A, R>(Context.current().cancellation(), function)) {
            List<Forks.Fork<R>> started = new ArrayList<>();
            for (A item : items) {
                forks.awaitFewerThan(maxConcurrency);
                started.add(forks.start(Context.current().across(Boundary.FORK), item));
            }
            List<R> results = new ArrayList<>(started.size());
            for (Forks.Fork<R> fork : started) {
                results.add(forks.result(fork));
            }
            return Collections.unmodifiableList(results);
        }
    }

    /**
     * The same for a stream, which stays lazy: {@link ContextGatherers#mapConcurrent}. The function runs in the context of
     * this call, whoever consumes the result.
     *
     * @throws IllegalArgumentException if {@code maxConcurrency} is not positive
     */
    public static <A extends @Nullable Object, R extends @Nullable Object> Stream<R> map(Stream<A> items,
            int maxConcurrency, Function<? super A, ? extends R> function) {
        Objects.requireNonNull(items, "items");
        return items.gather(ContextGatherers.<A, R>mapConcurrent(maxConcurrency, function));
    }

    static void requirePositive(int maxConcurrency) {
        if (maxConcurrency < 1) {
            throw new IllegalArgumentException(
                    "maxConcurrency was " + maxConcurrency + ": at least one must be able to run");
        }
    }
}
