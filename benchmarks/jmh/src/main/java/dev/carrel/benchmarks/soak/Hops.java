package dev.carrel.benchmarks.soak;

import java.util.List;
import java.util.stream.Stream;

/** Every way of handing work over, and the pools that they need. */
final class Hops implements AutoCloseable {
    private final ExecutorHops executors;
    private final FutureHops futures;
    private final ParallelHops parallel;
    private final StreamHops streams;
    private final PoolHops pools = new PoolHops();

    Hops(Watched watched) {
        executors = new ExecutorHops(watched);
        futures = new FutureHops(watched);
        parallel = new ParallelHops(watched);
        streams = new StreamHops(watched);
    }

    List<Hop> all() {
        return Stream.of(executors.all(), futures.all(), parallel.all(), streams.all(), pools.all())
                .flatMap(List::stream).toList();
    }

    @Override
    public void close() {
        executors.close();
        futures.close();
        parallel.close();
        streams.close();
        pools.close();
    }
}
