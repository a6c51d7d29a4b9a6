package dev.carrel.batch;

/** What became of one item. Made by the item that it belongs to. */
public sealed interface Outcome<O> {
    /** The item that it belongs to. */
    Item<?> item();

    /** It has a result. */
    record Ok<O>(Item<?> item, O value) implements Outcome<O> {}

    /** It failed; its neighbours did not. */
    record Failed<O>(Item<?> item, Exception failure) implements Outcome<O> {}

    /** It was not done, because nobody wants it any more: its caller has left, was stopped, or is out of time. */
    record Cancelled<O>(Item<?> item) implements Outcome<O> {}
}
