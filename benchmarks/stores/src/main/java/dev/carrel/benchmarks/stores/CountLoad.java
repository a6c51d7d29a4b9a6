package dev.carrel.benchmarks.stores;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.carrel.benchmarks.Answer;
import dev.carrel.benchmarks.Exchanges;
import dev.carrel.benchmarks.HttpReader;
import dev.carrel.benchmarks.Latencies;
import dev.carrel.benchmarks.Request;

/**
 * Sessions that count, over a number of connections. Each connection takes a session at random, has it count, and takes
 * the next when it has the answer. What was acknowledged is held against what the sessions say in the end.
 */
final class CountLoad implements AutoCloseable {
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * What came of a window.
     *
     * @param acknowledged requests that were answered with their new count
     * @param stored by how much the counts of all sessions have grown
     * @param failed requests that were answered with an error, or not at all
     */
    record Counted(double seconds, long acknowledged, long stored, long failed, Latencies latencies) {
        double perSecond() {
            return acknowledged / seconds;
        }

        /** What was acknowledged and is not there. A failed request may have counted all the same: then this is low. */
        long lost() {
            return Math.max(0, acknowledged - stored);
        }
    }

    private final Exchanges exchanges;
    private final List<Visitor> visitors = new ArrayList<>();
    private final Random random = new Random(1);
    private long words;

    /** Opens the sessions. */
    CountLoad(InetSocketAddress server, Peer peer, int sessions, int connections) throws IOException {
        exchanges = new Exchanges(server, connections);
        for (int i = 0; i < sessions; i++) {
            visitors.add(peer.visitor());
        }
        all(Visitor::open, Visitor::opened);
    }

    /** What is done with a session's answer. */
    @FunctionalInterface
    private interface Then {
        void answered(Visitor visitor, HttpReader.Head head, String body);
    }

    /** Asks each session once; an answer that is none ends the run. */
    private void all(Function<Visitor, Request> request, Then then) throws IOException {
        Iterator<Visitor> rest = visitors.iterator();
        exchanges.run(() -> {
            if (!rest.hasNext()) {
                return null;
            }
            Visitor visitor = rest.next();
            return new Exchanges.Exchange(request.apply(visitor), (status, head, body) -> {
                if (status != OK && status != CREATED) {
                    throw new IllegalStateException("answered " + status + " " + body);
                }
                then.answered(visitor, head, body);
            });
        }, PATIENCE);
    }

    /** The counts of all sessions together. */
    private long sum() throws IOException {
        long[] sum = new long[1];
        all(Visitor::read, (visitor, head, body) -> sum[0] += Answer.number(body, "count"));
        return sum[0];
    }

    /** Counts for so long. */
    Counted count(double seconds) throws IOException {
        var window = new Window(seconds);
        long before = sum();
        window.begin();
        exchanges.run(window, PATIENCE);
        return window.end(sum() - before);
    }

    private final class Window implements Exchanges.Source {
        private final Latencies latencies = new Latencies();
        private final double seconds;
        private long from;
        private long last;
        private long acknowledged;
        private long failed;

        Window(double seconds) {
            this.seconds = seconds;
        }

        void begin() {
            from = System.nanoTime();
        }

        @Override
        public Exchanges.@Nullable Exchange next() {
            long asked = System.nanoTime();
            if (asked - from > seconds * 1e9) {
                return null;
            }
            String text = "word " + words++;
            Visitor visitor = visitors.get(random.nextInt(visitors.size()));
            return new Exchanges.Exchange(visitor.count(text), (status, head, body) -> {
                last = System.nanoTime();
                if (status != OK) {
                    failed++;
                    return;
                }
                if (!Answer.field(body, "text").equals(text)) {
                    throw new IllegalStateException("asked with \"" + text + "\", answered with " + body);
                }
                acknowledged++;
                latencies.add(last - asked);
            });
        }

        Counted end(long stored) {
            return new Counted((last - from) / 1e9, acknowledged, stored, failed, latencies);
        }
    }

    @Override
    public void close() throws IOException {
        exchanges.close();
    }
}
