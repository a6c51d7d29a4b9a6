package dev.carrel.tck.store.history;

import org.jspecify.annotations.Nullable;

/**
 * What one key does when its operations come one after another.
 *
 * @param <S> its states: immutable, with {@code equals} and {@code hashCode}
 * @param <I> its operations, with their arguments
 */
public interface Model<S, I> {
    /** The state before the first operation. */
    S initial();

    /** What the operation does and answers in this state. */
    Step<S> apply(S state, I operation);

    /**
     * Whether an operation that was answered so leaves every state as it was; it can then be left out of a counterexample.
     *
     * @param reply null if it is not known
     */
    boolean changesNothing(I operation, @Nullable Reply reply);

    /** The next state and the answer. */
    record Step<S>(S state, Reply reply) {}
}
