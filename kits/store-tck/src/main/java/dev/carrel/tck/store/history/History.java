package dev.carrel.tck.store.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.UnavailableException;

/**
 * What the callers of one key asked and were answered. An operation that fails with {@link UnavailableException} may or may
 * not have taken effect, and may still do so later. Thread-safe.
 */
public final class History<I> {
    private final AtomicLong positions = new AtomicLong();
    private final ConcurrentLinkedQueue<Call<I>> calls = new ConcurrentLinkedQueue<>();

    /** An empty history. */
    public History() {}

    /**
     * Carries out the operation and writes down what it answered.
     *
     * @return the answer; empty if it failed with {@link UnavailableException}. Whatever else it throws is passed on, and
     * the operation counts as one whose answer is not known
     */
    public Optional<Reply> call(int thread, I operation, Supplier<Reply> action) {
        long called = positions.getAndIncrement();
        @Nullable
        Reply reply = null;
        try {
            reply = action.get();
        } catch (UnavailableException e) {
            return Optional.empty();
        } finally {
            calls.add(new Call<>(thread, operation, reply, called,
                    reply == null ? Call.NEVER : positions.getAndIncrement()));
        }
        return Optional.of(reply);
    }

    /** What was written down so far, in the order of the calls. */
    public List<Call<I>> calls() {
        List<Call<I>> ordered = new ArrayList<>(calls);
        ordered.sort(java.util.Comparator.comparingLong(Call::called));
        return ordered;
    }

    /**
     * Why the model does not explain this history; empty if it does. All calls must have ended.
     *
     * @throws IllegalStateException if the history is too wide to decide: fewer threads, or fewer operations
     */
    public <S> Optional<Counterexample<S, I>> refute(Model<S, I> model) {
        return Counterexample.find(model, calls());
    }
}
