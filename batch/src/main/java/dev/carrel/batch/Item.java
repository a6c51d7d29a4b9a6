package dev.carrel.batch;

import dev.carrel.context.Context;

/**
 * One caller's input in a batch, with that caller's context. Its {@link Outcome} is made from the item itself
 * ({@link #ok}, {@link #failed}), so a result cannot be paired with another caller. Immutable; compared by identity.
 */
public final class Item<I> {
    private final I input;
    private final Context context;

    Item(I input, Context context) {
        this.input = input;
        this.context = context;
    }

    /** What the caller asked. */
    public I input() {
        return input;
    }

    /** The caller's context, as it was when they called: who is asking, in which session and turn. */
    public Context context() {
        return context;
    }

    /** This item's result. */
    public <O> Outcome<O> ok(O value) {
        return new Outcome.Ok<>(this, value);
    }

    /** This item's failure, which reaches its caller and nobody else. */
    public <O> Outcome<O> failed(Exception failure) {
        return new Outcome.Failed<>(this, failure);
    }
}
