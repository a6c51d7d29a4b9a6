package dev.carrel.batch;

import java.util.List;

/** Runs many callers' inputs together. Called by one thread per worker, in the root context: there is no user here. */
@FunctionalInterface
public interface BatchModel<I, O> {
    /**
     * Runs the items, at least one.
     *
     * @return one outcome for each item, in any order
     * @throws Exception if the whole batch failed; its text is shown to no caller, as it may hold any item's data
     */
    List<Outcome<O>> run(List<Item<I>> items) throws Exception;

    /**
     * Makes what a worker needs: called on the thread of each worker, in the root context, before its first batch, and so again
     * for a worker that replaces another.
     *
     * @throws Exception if it cannot: a batcher does not start then
     */
    default void setup() throws Exception {}

    /**
     * Lets go of what the model has: nothing of it runs any more, or will. The counterpart of {@link #setup}, but called once for a
     * batcher, at its end and after the last of its workers, even if one of them could not be set up. A worker that was given up and
     * is still in the model is waited for: then it calls this itself when it comes back, and nobody does if it never does. In an
     * application, callers who are still in {@code decode} or {@code encode} are waited for, too. In the root context; what it throws
     * is logged. A model that several batchers use is told by each of them.
     */
    default void closed() throws Exception {}
}
