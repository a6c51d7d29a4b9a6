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
}
