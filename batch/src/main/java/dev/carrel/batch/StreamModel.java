package dev.carrel.batch;

import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * A model that answers piece by piece. {@link #run} does one step for each of its items; an item comes again, in whatever
 * company, until its step was the end. So each stream ends by itself, one that begins joins those that run, and one whose reader
 * is slow is left out until that has read on: it holds up nobody.
 *
 * <p>What the model keeps of an item between its steps it notes on the item's {@link Item#attributes() attributes}. The steps of
 * one item follow each other, if on different threads; those of two items may run at once if there are several workers.
 *
 * @param <I> what callers ask
 * @param <O> a piece of what they are answered
 */
@FunctionalInterface
public interface StreamModel<I, O> extends BatchModel<I, Step<O>> {
    /**
     * Does the next step of each item.
     *
     * @return one outcome for each item, in any order; one that failed ends that stream, after the pieces that it has
     * @throws Exception if the whole step failed; that ends the streams of all these items
     */
    @Override
    List<Outcome<Step<O>>> run(List<Item<I>> items) throws Exception;

    /**
     * Whatever became of this item, no step of it runs or will run: let go of what was kept for it. Called once for each item of
     * which a step was asked, on a thread of its own, in the root context; what it throws is logged.
     */
    default void ended(Item<I> item) throws Exception {}

    /** How many pieces may be made ahead of a reader, at least 1: what a reader that has stopped reading costs. */
    default int ahead() {
        return 16;
    }

    /**
     * A model whose answer to an item is an iterator: one step takes the next of it. An iterator that is {@link AutoCloseable} is
     * closed when its item has ended. The iterators of a batch take their step one after the other, so one that blocks holds up the
     * others of its batch: give those batches of one, and more workers.
     *
     * @param answer begins an item's answer; called by a worker, in the root context
     */
    static <I, O> StreamModel<I, O> of(Function<Item<I>, Iterator<O>> answer) {
        return new IteratorModel<>(answer);
    }
}
