package dev.carrel.batch;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;

/**
 * One caller's input in a batch, with that caller's context. Its {@link Outcome} is made from the item itself
 * ({@link #ok}, {@link #failed}), so a result cannot be paired with another caller. Compared by identity. Thread-safe.
 */
public final class Item<I> {
    private final I input;
    private final Context context;
    private final Attributes attributes;

    Item(I input, Context context, Attributes attributes) {
        this.input = input;
        this.context = context;
        this.attributes = attributes;
    }

    /** What the caller asked. */
    public I input() {
        return input;
    }

    /** The caller's context, as it was when they called: who is asking, in which session and turn. */
    public Context context() {
        return context;
    }

    /** Whether the caller still wants it: a model that computes for long should look here now and then. */
    public Cancellation cancellation() {
        return context.cancellation();
    }

    /** What the steps of the model have noted on this item, and on no other. */
    public Attributes attributes() {
        return attributes;
    }

    /** This item's result. */
    public <O> Outcome<O> ok(O value) {
        return new Outcome.Ok<>(this, value);
    }

    /** This item's failure, which reaches its caller and nobody else. */
    public <O> Outcome<O> failed(Exception failure) {
        return new Outcome.Failed<>(this, failure);
    }

    /** For an item that was not done because its {@link #cancellation} was requested. */
    public <O> Outcome<O> cancelled() {
        return new Outcome.Cancelled<>(this);
    }
}
