package dev.carrel.benchmarks.soak;

/**
 * A way of handing work over.
 *
 * @param name for the table
 * @param body hands over the errands of one round and waits until all have been run; called in the context of the
 *        round's user
 */
record Hop(String name, Body body) {
    /** See {@link Hop}. */
    @FunctionalInterface
    interface Body {
        void go(Round round) throws Exception;
    }
}
