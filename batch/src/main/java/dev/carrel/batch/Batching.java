package dev.carrel.batch;

/** What runs the inputs of many callers together, whatever it answers them with. Thread-safe. */
public sealed interface Batching extends AutoCloseable permits Batcher, StreamBatcher {
    /** How it stands now. */
    Health health();

    /**
     * All who observe it, as one who never throws: for whoever {@linkplain BatchObserver#encoded encodes} what it answers. What
     * else there is to tell it tells by itself.
     */
    BatchObserver observer();

    /**
     * Has the model stay until this is closed: before that it is not told that {@linkplain BatchModel#closed() nobody uses it}. For
     * whoever uses it beside its batches.
     */
    Hold hold();

    /** What has a model stay. Thread-safe; closing it again does nothing. */
    @FunctionalInterface
    interface Hold extends AutoCloseable {
        /** If this was the last, the model is told before this returns. */
        @Override
        void close();
    }

    /**
     * Takes nothing more, and lets go of the workers. Waits for them, but not for those that hang; then, if nobody else holds it, the
     * model is told.
     */
    @Override
    void close();
}
