package dev.carrel.batch;

import java.util.List;

/**
 * A model whose batches go through three steps: the inputs are put together, the model runs once for all, its result is taken
 * apart. Each step has the items, with their callers' contexts and attributes; it runs on a worker's thread, in the root context.
 *
 * @param <I> what callers ask
 * @param <B> their inputs together, such as a tensor
 * @param <P> what the model makes of them
 * @param <O> what callers are answered
 */
public interface StackedModel<I, B, P, O> extends BatchModel<I, O> {
    /** The inputs of the items, at least one, together. */
    B batch(List<Item<I>> items) throws Exception;

    /** Runs the model once. */
    P predict(B batch, List<Item<I>> items) throws Exception;

    /** One outcome for each item, in any order. */
    List<Outcome<O>> unbatch(P prediction, List<Item<I>> items) throws Exception;

    @Override
    default List<Outcome<O>> run(List<Item<I>> items) throws Exception {
        return unbatch(predict(batch(items), items), items);
    }
}
