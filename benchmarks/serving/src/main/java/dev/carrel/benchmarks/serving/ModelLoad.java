package dev.carrel.benchmarks.serving;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import dev.carrel.benchmarks.Exchanges;
import dev.carrel.benchmarks.Latencies;
import dev.carrel.benchmarks.Request;

/**
 * Clients of a model, as many as connections; each keeps the cookie that it is given. Closed loop: each asks when it has its
 * answer. Open loop: questions arrive as they do, and latency counts from the moment when one was due. A wrong answer, or one
 * with another status than 200, ends the run.
 */
final class ModelLoad implements AutoCloseable {
    private static final int OK = 200;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Exchanges exchanges;
    private final Workload workload;
    private final Random random = new Random(1);

    /** What came of a window. */
    record Measured(double perSecond, Latencies latencies) {}

    /** Opens the connections. */
    ModelLoad(InetSocketAddress server, Workload workload, int connections) throws IOException {
        this.workload = workload;
        exchanges = new Exchanges(server, connections).keepCookies();
        int[] asked = new int[1];
        exchanges.run(() -> asked[0]++ < connections ? ask(() -> {}) : null, PATIENCE);
    }

    private Exchanges.Exchange ask(Runnable answered) {
        Workload.Question question = workload.next();
        return new Exchanges.Exchange(Request.post(workload.path(), "", question.json()), (status, head, body) -> {
            if (status != OK) {
                throw new IllegalStateException(question.json() + " was answered " + status + " " + body);
            }
            question.check().accept(body);
            answered.run();
        });
    }

    /** Everybody asks as quickly as they are answered, for so long. */
    Measured closed(double seconds) throws IOException {
        var latencies = new Latencies();
        long from = System.nanoTime();
        long[] last = {from};
        exchanges.run(() -> {
            long asked = System.nanoTime();
            return asked - from > seconds * 1e9 ? null : ask(() -> {
                last[0] = System.nanoTime();
                latencies.add(last[0] - asked);
            });
        }, PATIENCE);
        return new Measured(latencies.size() / ((last[0] - from) / 1e9), latencies);
    }

    /** Questions arrive at this rate for so long. */
    Measured open(double perSecond, double seconds) throws IOException {
        var arriving = new Arriving(Arrivals.poisson(perSecond, seconds, random));
        Thread bell = Thread.ofPlatform().daemon().start(arriving::ring);
        exchanges.run(arriving, PATIENCE);
        bell.interrupt();
        return new Measured(arriving.latencies.size() / ((arriving.last - arriving.from) / 1e9), arriving.latencies);
    }

    private final class Arriving implements Exchanges.Source {
        private final Latencies latencies = new Latencies();
        private final Arrivals arrivals;
        private final long from = System.nanoTime();
        private long last = from;
        private int next;

        Arriving(Arrivals arrivals) {
            this.arrivals = arrivals;
        }

        @Override
        public Exchanges.@Nullable Exchange next() {
            if (over()) {
                return null;
            }
            long due = from + arrivals.at(next);
            if (System.nanoTime() - due < 0) {
                return null;
            }
            next++;
            return ask(() -> {
                last = System.nanoTime();
                latencies.add(last - due);
            });
        }

        @Override
        public boolean over() {
            return next == arrivals.count();
        }

        /** The selector sleeps in whole milliseconds: this wakes it when something is due. */
        private void ring() {
            for (int i = 0; i < arrivals.count() && !Thread.currentThread().isInterrupted(); i++) {
                Instants.sleepUntil(from + arrivals.at(i));
                exchanges.look();
            }
        }
    }

    @Override
    public void close() throws IOException {
        exchanges.close();
    }
}
