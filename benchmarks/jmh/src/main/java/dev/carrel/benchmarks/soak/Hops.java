package dev.carrel.benchmarks.soak;

import java.util.List;

/** Every way of handing work over, and the pools that they need. */
final class Hops implements AutoCloseable {
    private final ExecutorHops executors;

    Hops(Watched watched) {
        executors = new ExecutorHops(watched);
    }

    List<Hop> all() {
        return executors.all();
    }

    @Override
    public void close() {
        executors.close();
    }
}
