package dev.carrel.benchmarks.serving;

import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.carrel.batch.ModelStream;
import dev.carrel.batch.Step;
import dev.carrel.batch.StreamBatcher;
import dev.carrel.batch.StreamModel;
import dev.carrel.context.Authority;
import dev.carrel.context.Context;

/**
 * What a batcher of streams itself costs: the step of its model is to count, and each reader looks whether the count is its own.
 * Beside it a loop on a thread of its own that counts for all of them in turn, and is as far ahead of its readers.
 */
final class StreamSteps {
    private static final List<Integer> STREAMS = List.of(1, 16, 64);
    private static final int AHEAD = 16;
    /** So far apart begin the counts of two streams. */
    private static final long APART = 1L << 32;

    private StreamSteps() {}

    private record Row(int streams, String name) {}

    /** What a reader reads its numbers from. */
    private interface Numbers extends AutoCloseable {
        long next() throws InterruptedException;

        @Override
        void close();
    }

    /** Opens a stream that counts from there. */
    @FunctionalInterface
    private interface Counting {
        Numbers from(long first);
    }

    /** With an {@link Extent}. */
    public static void main(String[] args) throws Exception {
        Extent extent = Extent.of(args);
        var rounds = new Rounds<Row, Crew.Measured>();
        try (StreamBatcher<Count, Long> batcher = StreamBatcher.of("count", model(),
                batches -> batches.maxItems(64).streamsEach(64))) {
            List<Row> rows = STREAMS.stream().flatMap(streams -> List
                    .of(new Row(streams, "StreamBatcher"), new Row(streams, "a loop and a queue each")).stream())
                    .toList();
            for (Row row : rows) {
                crew(row, counting(row, batcher), extent.warm() / rows.size());
            }
            for (int round = 0; round < extent.rounds(); round++) {
                for (Row row : Extent.turns(rows, round)) {
                    rounds.add(row, crew(row, counting(row, batcher), extent.seconds()));
                }
            }
        }
        print(rounds);
    }

    private static Counting counting(Row row, StreamBatcher<Count, Long> batcher) {
        if (!row.name.equals("StreamBatcher")) {
            var loop = new Loop();
            return loop::from;
        }
        return first -> {
            ModelStream<Long> stream = batcher.open(new Count(first));
            return new Numbers() {
                @Override
                public long next() throws InterruptedException {
                    return stream.next().orElseThrow();
                }

                @Override
                public void close() {
                    stream.close();
                }
            };
        };
    }

    /** A count; only whoever makes its steps touches it. */
    private static final class Count {
        private long next;

        Count(long first) {
            next = first;
        }

        long step() {
            return next++;
        }
    }

    private static StreamModel<Count, Long> model() {
        return items -> items.stream().map(item -> item.ok(Step.piece(item.input().step()))).toList();
    }

    private static Crew.Measured crew(Row row, Counting counting, double seconds) throws InterruptedException {
        var authority = Authority.named("benchmark");
        Queue<Numbers> open = new ConcurrentLinkedQueue<>();
        try {
            return new Crew(row.streams, true).run(seconds, i -> {
                Context context = authority.bind(Context.root(), authority.visitor("benchmark", "reader" + i));
                Numbers numbers = context.call(() -> counting.from(i * APART));
                open.add(numbers);
                var expected = new Count(i * APART);
                return () -> {
                    if (numbers.next() != expected.step()) {
                        throw new IllegalStateException("a reader was sent what is another's, or out of order");
                    }
                    return 1;
                };
            });
        } finally {
            open.forEach(Numbers::close);
        }
    }

    /** The least that does it: a thread counts for whichever streams have room, and hands each number over by a queue. */
    private static final class Loop {
        private final LinkedTransferQueue<Stream> ready = new LinkedTransferQueue<>();
        private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
        private final AtomicBoolean started = new AtomicBoolean();

        private final class Stream implements Numbers {
            private final Count count;
            private final BlockingQueue<Long> numbers = new ArrayBlockingQueue<>(AHEAD);
            /** Whether it waits for its reader, and not for the loop. */
            private final AtomicBoolean full = new AtomicBoolean();

            Stream(Count count) {
                this.count = count;
            }

            void step() {
                if (numbers.offer(count.next)) {
                    count.next++;
                    ready.add(this);
                    return;
                }
                full.set(true);
                if (numbers.remainingCapacity() > 0) {
                    again();
                }
            }

            /** Whoever finds that it waits has the loop look at it again, once. */
            private void again() {
                if (full.compareAndSet(true, false)) {
                    ready.add(this);
                }
            }

            @Override
            public long next() throws InterruptedException {
                long number = numbers.take();
                again();
                return number;
            }

            @Override
            public void close() {
                thread.interrupt();
            }
        }

        Numbers from(long first) {
            if (!started.getAndSet(true)) {
                thread.start();
            }
            var stream = new Stream(new Count(first));
            ready.add(stream);
            return stream;
        }

        private void run() {
            try {
                while (true) {
                    ready.take().step();
                }
            } catch (InterruptedException e) {
                // Its streams are closed.
            }
        }
    }

    private static void print(Rounds<Row, Crew.Measured> rounds) {
        System.out.println("| streams | | steps/s, all together | µs between two | CPU, µs a step |");
        System.out.println("|--:|---|--:|--:|--:|");
        for (Row row : rounds.rows()) {
            double rate = rounds.median(row, Crew.Measured::perSecond);
            System.out.printf(Locale.ROOT, "| %d | %s | %,.0f | %.2f | %.1f |%n", row.streams, row.name, rate,
                    1e6 / rate, rounds.median(row, Crew.Measured::cpu));
        }
    }
}
