package dev.carrel.benchmarks.soak;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.stream.Stream;

import dev.carrel.concurrent.Concurrent;
import dev.carrel.concurrent.ContextRecursiveTask;

/** One user's work on many threads: recursion, where a worker that waits helps others, and concurrent maps. */
final class ParallelHops implements AutoCloseable {
    private static final int AT_ONCE = 8;

    private final ForkJoinPool workers = new ForkJoinPool(2);
    private final Watched watched;

    ParallelHops(Watched watched) {
        this.watched = watched;
    }

    List<Hop> all() {
        return List.of(new Hop("recursive tasks", this::recurse),
                new Hop("concurrent map of a list",
                        round -> Concurrent.map(round.each(round::user), AT_ONCE, user -> round.errand())),
                new Hop("concurrent map of a stream, consumed by another", ParallelHops::stream));
    }

    private void recurse(Round round) throws Exception {
        ForkJoinTask<Integer> root = workers.submit(new Errands(round, Round.SIZE));
        // Not of Carrel: it runs as nobody, on whatever worker it finds.
        ForkJoinTask<?> look = workers.submit(watched::look);
        round.join(List.of(root, look));
    }

    private static void stream(Round round) {
        Stream<User> mapped = Concurrent.map(round.each(round::user).stream(), AT_ONCE, user -> round.errand());
        User other = round.another();
        other.context().run(() -> mapped.forEach(user -> {
            if (user != round.user()) {
                throw new IllegalStateException("a concurrent map came back with another's result");
            }
        }));
    }

    /** Halves itself until one errand is left. */
    private static final class Errands extends ContextRecursiveTask<Integer> {
        private static final long serialVersionUID = 1L;

        private final transient Round round;
        private final int count;

        Errands(Round round, int count) {
            this.round = round;
            this.count = count;
        }

        @Override
        protected Integer compute() {
            if (count == 1) {
                round.errand();
                return 1;
            }
            var half = new Errands(round, count / 2);
            half.fork();
            return new Errands(round, count - count / 2).invoke() + half.join();
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
