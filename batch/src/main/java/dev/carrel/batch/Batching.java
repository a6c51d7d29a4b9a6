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

    /** Takes nothing more, and lets go of the workers. Waits for them, but not for those that hang. */
    @Override
    void close();
}
