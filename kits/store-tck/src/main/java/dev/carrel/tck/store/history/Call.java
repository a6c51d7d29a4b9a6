package dev.carrel.tck.store.history;

import org.jspecify.annotations.Nullable;

/**
 * One operation of a history.
 *
 * @param thread who called
 * @param reply what was answered; null if that is not known: the operation took effect at any time after its call, or never
 * @param called when it was called, as a position in the history
 * @param answered when it was answered; {@link #NEVER} if {@code reply} is null
 */
public record Call<I>(int thread, I operation, @Nullable Reply reply, long called, long answered) {
    /** After every answer. */
    public static final long NEVER = Long.MAX_VALUE;

    public Call {
        if (called >= answered || (reply == null) != (answered == NEVER)) {
            throw new IllegalArgumentException("called at " + called + ", answered at " + answered + ": " + reply);
        }
    }

    /** This call as it stood at that moment: answered already, or not yet. */
    Call<I> at(long moment) {
        return answered <= moment ? this : new Call<>(thread, operation, null, called, NEVER);
    }

    @Override
    public String toString() {
        return "thread " + thread + ": " + operation + " -> " + (reply == null ? "(not known)" : reply);
    }
}
