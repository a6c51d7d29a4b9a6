package dev.carrel.benchmarks.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Lets several drivers go round by round: a random user, a random way of handing work over, {@link Round#SIZE} errands.
 * Each driver waits for its round, so what is under way is bounded.
 */
final class Soak {
    /**
     * How it went.
     *
     * @param ledgers one for each way
     * @param strays how often a thread was not at the root outside tasks
     * @param complete false if the time was over first
     */
    record Result(List<Ledger> ledgers, long strays, Duration took, boolean complete) {
        long hops() {
            return ledgers.stream().mapToLong(Ledger::hops).sum();
        }

        long losses() {
            return ledgers.stream().mapToLong(Ledger::losses).sum();
        }

        long leaks() {
            return ledgers.stream().mapToLong(Ledger::leaks).sum();
        }

        boolean clean() {
            return losses() == 0 && leaks() == 0 && strays == 0;
        }
    }

    private record Way(Hop hop, Ledger ledger) {}

    private final Crowd crowd;
    private final List<Way> ways;
    private final Watched watched;
    private final long target;
    private final long limitNanos;
    private volatile boolean failed;

    /**
     * @param watched what looks at the workers of the pools that the hops use
     * @param users how many there are at once
     * @param target how many hops are enough
     * @param limit how long it may take at most
     */
    Soak(List<Hop> hops, Watched watched, int users, long target, Duration limit) {
        this.crowd = new Crowd(users);
        this.ways = hops.stream().map(hop -> new Way(hop, new Ledger(hop.name()))).toList();
        this.watched = watched;
        this.target = target;
        this.limitNanos = limit.toNanos();
    }

    /** Drives until there were enough hops. Throws what a hop throws. */
    Result run(int drivers) throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(drivers)) {
            for (int i = 0; i < drivers; i++) {
                all.add(threads.submit(() -> {
                    try {
                        drive(start);
                        return null;
                    } catch (Throwable e) {
                        failed = true;
                        throw e;
                    }
                }));
            }
        }
        for (Future<?> driver : all) {
            driver.get();
        }
        return result(start);
    }

    private void drive(long start) throws Exception {
        while (!failed && hops() < target && System.nanoTime() - start < limitNanos) {
            Way way = ways.get(ThreadLocalRandom.current().nextInt(ways.size()));
            Round round = new Round(crowd, crowd.any(), way.ledger);
            round.user().context().call(() -> {
                way.hop.body().go(round);
                // Whatever this thread has run meanwhile for others, here it is this user's still.
                way.ledger.look(round.user());
                return null;
            });
            watched.look();
        }
    }

    /** As it stands. Cheap: a sum over some counters. */
    Result result(long start) {
        long hops = hops();
        return new Result(ledgers().toList(), watched.strays(), Duration.ofNanos(System.nanoTime() - start),
                hops >= target);
    }

    long hops() {
        return ledgers().mapToLong(Ledger::hops).sum();
    }

    private Stream<Ledger> ledgers() {
        return Stream.concat(ways.stream().map(Way::ledger), crowd.ledgers().stream());
    }
}
